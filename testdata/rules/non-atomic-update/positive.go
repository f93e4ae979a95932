// Package positive updates atomics in two steps.
package positive

import (
	"sync/atomic"
)

type meter struct {
	n     atomic.Int64
	raw   uint32
	names atomic.Pointer[[]string]
	conf  atomic.Value
}

type conf struct {
	depth int
	tags  []string
}

func (m *meter) inc() {
	m.n.Store(m.n.Load() + 1) // want "`meter.n` is updated in two steps"
}

func (m *meter) double() {
	n := m.n.Load()
	n *= 2
	m.n.Store(n) // want "`meter.n` is updated in two steps"
}

func (m *meter) mask(bits uint32) {
	atomic.StoreUint32(&m.raw, atomic.LoadUint32(&m.raw)|bits) // want "`meter.raw` is updated in two steps"
}

func (m *meter) helper() {
	m.n.Store(next(m.n.Load())) // want "`meter.n` is updated in two steps"
}

func next(n int64) int64 { return n + 1 }

func (m *meter) name(s string) {
	var list []string
	if old := m.names.Load(); old != nil {
		list = append(list, *old...)
	}
	list = append(list, s)
	m.names.Store(&list) // want "`meter.names` is updated in two steps"
}

func (m *meter) deepen() {
	c := *m.conf.Load().(*conf)
	c.depth++
	m.conf.Store(&c) // want "`meter.conf` is updated in two steps"
}

func use(m *meter) {
	for range 4 {
		go m.mask(1)
		go m.name("x")
		go m.deepen()
	}
}

func (m *meter) swapped() {
	m.n.Swap(m.n.Load() + 1) // known-fn: Swap of a value that depends on a Load is the same mistake in other clothes
}
