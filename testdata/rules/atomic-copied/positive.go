// Package positive copies atomics.
package positive

import "sync/atomic"

type meter struct {
	hits  atomic.Int64
	flag  atomic.Bool
	last  atomic.Pointer[string]
	any   atomic.Value
	lanes [4]atomic.Uint32
}

func load(n atomic.Int64) int64 { return n.Load() } // want "the parameter `n atomic.Int64` of `load` copies an `atomic.Int64`"

func (m *meter) snapshot() (int64, bool) {
	hits := m.hits // want "`m.hits` is assigned, which copies an `atomic.Int64`"
	flag := m.flag // want "`m.flag` is assigned"
	return hits.Load(), flag.Load()
}

func (m *meter) pointer() atomic.Pointer[string] {
	return m.last // want "`m.last` is returned, which copies an `atomic.Pointer`"
}

func (m *meter) hand(use func(atomic.Value)) {
	use(m.any) // want "`m.any` is handed over by value"
}

func (m *meter) sum() (total uint32) {
	for _, lane := range m.lanes { // want "the range variable `lane` copies an `atomic.Uint32`"
		total += lane.Load()
	}
	return total
}

func (m *meter) one() uint32 {
	lane := m.lanes[0] // want "`m.lanes\\[0\\]` is assigned"
	return lane.Load()
}
