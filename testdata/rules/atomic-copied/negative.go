// Package negative uses atomics where they are.
package negative

import "sync/atomic"

type meter struct {
	hits  atomic.Int64
	next  *atomic.Int64
	lanes [4]atomic.Uint32
}

func load(n *atomic.Int64) int64 { return n.Load() }

func (m *meter) snapshot() (int64, int64) {
	next := m.next
	return load(&m.hits), next.Load()
}

func (m *meter) sum() (total uint32) {
	for i := range m.lanes {
		total += m.lanes[i].Load()
	}
	lane := &m.lanes[0]
	return total + lane.Load()
}

func fresh() (n atomic.Int64) { return }
