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

type figures struct {
	load  float64
	named map[string]float64
}

func cloned(f *figures) *figures {
	return &figures{load: f.load, named: copied(f.named)}
}

func copied(m map[string]float64) map[string]float64 {
	out := make(map[string]float64, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// Recorder copies, changes and stores.
type Recorder struct {
	state atomic.Pointer[figures]
}

func (r *Recorder) SetLoad(v float64) {
	next := cloned(r.state.Load())
	next.load = v
	r.state.Store(next) // want "`Recorder.state` is updated in two steps"
}

func (r *Recorder) SetNamed(name string, v float64) {
	next := cloned(r.state.Load())
	next.named[name] = v
	r.state.Store(next) // want "`Recorder.state` is updated in two steps"
}
