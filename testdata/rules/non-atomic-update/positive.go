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

// In both styles, through aliases, getters, setters, helpers and pointers.
type odometer struct {
	km    atomic.Int64
	raw   uint64
	mode  atomic.Uint32
	inner struct{ n atomic.Int32 }
	trips [3]atomic.Int64
}

func (o *odometer) service() {
	o.km.Store(0)
	atomic.StoreUint64(&o.raw, 0)
	o.mode.Store(0)
	o.inner.n.Store(0)
	o.trips[0].Store(0)
}

func (o *odometer) read() int64      { return o.km.Load() }
func (o *odometer) write(n int64)    { o.km.Store(n) }
func (o *odometer) rawValue() uint64 { return atomic.LoadUint64(&o.raw) }

func (o *odometer) drive(n int64) {
	o.km.Store(o.read() + n) // want "`odometer.km` is updated in two steps"
}

func (o *odometer) driveBack(n int64) {
	o.write(o.read() - n) // want "`odometer.km` is updated in two steps"
}

func (o *odometer) function(n uint64) {
	atomic.StoreUint64(&o.raw, o.rawValue()+n) // want "`odometer.raw` is updated in two steps"
}

func (o *odometer) alias() {
	km := &o.km
	km.Store(km.Load() * 2) // want "`odometer.km` is updated in two steps"
}

func (o *odometer) nested() {
	o.inner.n.Store(o.inner.n.Load() + 1) // want "`odometer.inner.n` is updated in two steps"
}

func (o *odometer) item(i int) {
	o.trips[i].Store(o.trips[i].Load() + 1) // want "`odometer.trips\\[\\]` is updated in two steps"
}

func (o *odometer) toggle() {
	mode := o.mode.Load()
	if mode&1 != 0 {
		mode &^= 1
	} else {
		mode |= 1
	}
	o.mode.Store(mode) // want "`odometer.mode` is updated in two steps"
}

func advance(counter *atomic.Int64) {
	counter.Store(counter.Load() + 1) // want "`odometer.km` is updated in two steps"
}

func (o *odometer) tick()  { advance(&o.km) }
func (o *odometer) tick2() { advance(&o.km) }

// A package variable, a generic type, a value of an atomic.Value.
var epoch atomic.Uint64

// NextEpoch begins another one.
func NextEpoch() uint64 {
	epoch.Store(epoch.Load() + 1) // want "`epoch` is updated in two steps"
	return epoch.Load()
}

type cell[T any] struct{ p atomic.Pointer[[]T] }

func (c *cell[T]) append(v T) {
	var list []T
	if old := c.p.Load(); old != nil {
		list = append(list, *old...)
	}
	list = append(list, v)
	c.p.Store(&list) // want "`cell.p` is updated in two steps"
}

func fill(c *cell[int]) {
	for i := range 4 {
		go c.append(i)
	}
}

// When the function returns.
func (o *odometer) deferred() {
	n := o.km.Load()
	defer func() {
		o.km.Store(n + 1) // known-fn: what a literal computes from a captured number isn't followed
	}()
}
