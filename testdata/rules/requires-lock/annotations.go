// Package annotations calls annotated functions with and without the locks that they ask for.
package annotations

import "sync"

type object struct {
	mu sync.RWMutex
	// +checklocks:mu
	n int
}

// +checklocks:o.mu
func (o *object) set(n int) { o.n = n }

// +checklocksread:o.mu
func (o *object) get() int { return o.n }

// +checklocksrelease:o.mu
func (o *object) finish() {
	o.n = 0
	o.mu.Unlock()
}

// +checklocksexclude:o.mu
func (o *object) report(to func(int)) { to(1) }

// +checklocksexcludewrite:o.mu
func (o *object) peek(to func(int)) { to(2) }

// update must not be called with o.mu held: what it calls may come back.
func (o *object) update(to func(int)) { to(3) }

// reload takes the lock, so it must not be called with the lock held.
func (o *object) reload() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.n = 0
}

// watch gives a function; o.mu must not be held when calling done.
func (o *object) watch() (done func()) { return func() { o.reload() } }

func newObject() *object {
	o := &object{}
	o.set(1)
	return o
}

func (o *object) well() {
	o.report(nil)
	o.mu.RLock()
	_ = o.get()
	o.peek(nil)
	o.mu.RUnlock()
	o.mu.Lock()
	o.set(o.get())
	_ = o.watch()
	o.finish()
	o.update(nil)
	o.reload()
}

func (o *object) badly(to func(int)) {
	o.set(1)      // want "`.*set` is called without `object.mu`, against its annotation"
	_ = o.get()   // want "`.*get` is called without `object.mu`"
	o.finish()    // want "`.*finish` is called without `object.mu`"
	o.mu.RLock()
	o.set(2)      // want "`.*set` is called with `object.mu` held for reading only"
	o.report(to)  // want "`.*report` is called with `o.mu` held, which it forbids"
	o.mu.RUnlock()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.peek(to)    // want "`.*peek` is called with `o.mu` held, which it forbids"
	o.update(to)  // want "`.*update` is called with `o.mu` held, which it forbids"
}

func other(a, b *object) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b.set(1) // want "`.*set` is called with another object's `object.mu`"
}

func excused(o *object) {
	o.set(1) // +checklocksignore
	o.set(2) // +checklocksforce
	o.set(3)
}
