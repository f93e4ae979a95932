// Package annotations keeps to annotations made for a checker, and breaks them.
package annotations

import (
	"sync"
	"sync/atomic"
)

var (
	globalMu sync.Mutex

	// +checklocks:globalMu
	total int
)

var registry struct {
	mu sync.Mutex
	// +checklocks:mu
	names []string
}

type inner struct{ mu sync.Mutex }

type trackedMutex struct {
	mu    sync.RWMutex
	taken atomic.Int64
}

func (m *trackedMutex) Lock() {
	m.mu.Lock()
	m.taken.Add(1)
}

func (m *trackedMutex) Unlock()  { m.mu.Unlock() }
func (m *trackedMutex) RLock()   { m.mu.RLock() }
func (m *trackedMutex) RUnlock() { m.mu.RUnlock() }

type object struct {
	mu    sync.Mutex
	rw    trackedMutex
	inner inner

	// +checklocks:mu
	n int

	// +checklocks:rw
	name string

	// Both are held.
	//
	// +checklocks:mu
	// +checklocks:rw
	both int

	// +checklocks:inner.mu
	deep int

	// +checkatomic
	hits int32

	// +checklocks:mu
	// +checkatomic
	mixed int32

	state struct {
		mu sync.Mutex
		// +checklocks:mu
		on bool
	}

	free int // +checklocksignore: the lock is held by chance
}

func newObject() *object {
	o := &object{n: 1}
	o.name = "new"
	return o
}

func (o *object) add() {
	o.mu.Lock()
	o.n++
	o.free++
	o.mu.Unlock()
	o.n++ // want "`object.n` is written without `object.mu`, which its annotation asks for"
}

func (o *object) get() int {
	return o.n // want "`object.n` is read without `object.mu`"
}

func (o *object) spare() int {
	o.mu.Lock()
	o.free++
	o.mu.Unlock()
	o.mu.Lock()
	o.free++
	o.mu.Unlock()
	return o.free
}

func (o *object) rename(name string) {
	o.rw.RLock()
	defer o.rw.RUnlock()
	if o.name != name {
		o.name = name // want "`object.name` is written while `object.rw` is held for reading only"
	}
}

func (o *object) setBoth() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.both = 1 // want "`object.both` is written without `object.rw`"
}

func (o *object) setBothWell() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rw.Lock()
	defer o.rw.Unlock()
	o.both = 2
}

func (o *object) dig() {
	o.inner.mu.Lock()
	o.deep = 1
	o.inner.mu.Unlock()
	o.deep = 2 // want "`object.deep` is written without `inner.mu`"
}

func (o *object) hit() int32 {
	atomic.AddInt32(&o.hits, 1)
	return o.hits // want "`object.hits` is read without an atomic operation"
}

func (o *object) mix() int32 {
	o.mu.Lock()
	atomic.StoreInt32(&o.mixed, 1)
	o.mu.Unlock()
	return atomic.LoadInt32(&o.mixed)
}

func (o *object) mixUnlocked() {
	atomic.StoreInt32(&o.mixed, 2) // want "`object.mixed` is written without `object.mu`"
}

func (o *object) mixPlainly() int32 {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := o.mixed
	o.mixed = 3 // want "`object.mixed` is written without an atomic operation"
	return before
}

func (o *object) toggle() {
	o.state.mu.Lock()
	o.state.on = true
	o.state.mu.Unlock()
	o.state.on = false // want "`object.state.on` is written without `object.state.mu`"
}

func count() {
	globalMu.Lock()
	total++
	globalMu.Unlock()
	total++ // want "`total` is written without `globalMu`"
}

func register(name string) {
	registry.mu.Lock()
	registry.names = append(registry.names, name)
	registry.mu.Unlock()
	registry.names = nil // want "`registry.names` is written without `registry.mu`"
}

func other(a, b *object) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b.n = 1 // want "`object.n` is written with another object's `object.mu` held"
}

// +checklocks:a.mu
// +checklocksalias:a.mu=b.mu
func same(a, b *object) {
	a.n = 1
	b.n = 2
}

// +checklocks:o.mu
func (o *object) inc() { o.n++ }

// +checklocksacquire:o.mu
func (o *object) enter() { lock(&o.mu) }

// +checklocksrelease:o.mu
func (o *object) leave() { unlock(&o.mu) }

var (
	lock   = (*sync.Mutex).Lock
	unlock = (*sync.Mutex).Unlock
)

func (o *object) visit() {
	o.enter()
	o.n = 4
	o.leave()
	o.n = 5 // want "`object.n` is written without `object.mu`"
}

// +checklocksignore
func (o *object) unchecked() { o.n = 6 }

func (o *object) single() {
	o.n = 7 // +checklocksignore
	o.n = 8 // +checklocksforce: this and what follows
	o.n = 9
}

type twin struct {
	mu sync.Mutex
	// +checklocks:mu
	n int
}

func (o *object) forced(t *twin, other *object, odd bool) {
	o.n = 8 // +checklocksforce: its lock, and no other
	o.n = 9
	t.n = 1     // want "`twin.n` is written without `twin.mu`"
	other.n = 1 // want "`object.n` is written with another object's `object.mu` held"
	o.mu.Unlock()
	o.n = 10 // want "`object.n` is written without `object.mu`"
}

func (o *object) forcedOnOneWay(odd bool) {
	if odd {
		o.n = 8 // +checklocksforce
		o.n = 9
		return
	}
	o.n = 10 // want "`object.n` is written without `object.mu`"
}

// +checklocks:o.mu
func (o *object) needy() {}

func (o *object) forcedByACall() {
	o.needy() // +checklocksforce
	o.n = 11
}

func (o *object) expected() {
	o.n = 10 // +checklocksfail
}
