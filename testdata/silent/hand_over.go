// Package handover gives locks, and the way to unlock them, to others.
package handover

import (
	"net/http"
	"sync"
	"time"
)

type cleanup struct{ funcs []func() }

func cleanupOf(f func()) cleanup { return cleanup{funcs: []func(){f}} }

func (c *cleanup) clean() {
	for _, f := range c.funcs {
		f()
	}
	c.funcs = nil
}

type manager struct {
	mu    sync.Mutex
	state int
}

func (m *manager) fail() {
	m.mu.Lock()
	m.state = -1
	m.mu.Unlock()
}

// Who has the method that unlocks calls it when it wants to.
func (m *manager) restore(work func() error) (err error) {
	m.mu.Lock()
	unlock := cleanupOf(m.mu.Unlock)
	defer unlock.clean()
	defer func() {
		if err != nil {
			unlock.clean()
			m.fail()
		}
	}()
	return work()
}

type entry struct {
	mu     sync.Mutex
	visits int
	gone   bool
}

type tree struct {
	mu      sync.Mutex
	entries map[string]*entry
}

type busy struct{}

func (busy) Error() string { return "busy" }

// The entry is locked if there is no error: what callers are told of a lock that only some returns leave held.
//
// +checklocksacquire:e.mu
func (t *tree) prepare(e *entry) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.entries[""] == e {
		return busy{} // +checklocksforce: it isn't locked here.
	}
	e.mu.Lock()
	return nil
}

func (t *tree) abort(e *entry) { e.mu.Unlock() }

func (t *tree) commit(e *entry) {
	e.gone = true
	e.mu.Unlock()
}

func (t *tree) remove(name string, unlink func() error) error {
	e := t.entries[name]
	if err := t.prepare(e); err != nil {
		return err
	}
	if err := unlink(); err != nil {
		t.abort(e)
		return err
	}
	t.commit(e)
	return nil
}

// An annotation knows no locks that are only tried.
//
// +checklocksacquire:e.mu
func (e *entry) tryLock() bool {
	return e.mu.TryLock() // +checklocksforce: only if it says so.
}

func (e *entry) lock() {
	if !e.tryLock() {
		e.mu.Lock()
	}
}

func (e *entry) visit() {
	if !e.tryLock() {
		return
	}
	e.visits++
	e.mu.Unlock()
}

// What takes no lock asserts that it is held.
//
// +checklocks:locked.mu
// +checklocksacquire:e.mu
func (e *entry) assertLocked(locked *entry) {
	if e != locked {
		panic("another one")
	}
}

type cursor struct{ at *entry }

func (e *entry) open() *cursor {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := &cursor{at: e}
	c.at.assertLocked(e)
	e.visits++
	return c
}

// Who answers late takes the lock again for the function that gives it back.
type client struct {
	mu      sync.Mutex
	pending map[string]*future
	failed  func(error)
}

type future struct{ err error }

func (c *client) send() error { return nil }

func (c *client) answer(id string, retry bool) {
	c.mu.Lock()
	f := c.pending[id]
	if f == nil {
		c.mu.Unlock()
		return
	}
	fail := func(err error) {
		f.err = err
		failed := c.failed
		c.mu.Unlock()
		if failed != nil {
			failed(err)
		}
	}
	if retry {
		time.AfterFunc(time.Second, func() {
			c.mu.Lock()
			f := c.pending[id]
			c.mu.Unlock()
			if f == nil {
				return
			}
			if err := c.send(); err != nil {
				c.mu.Lock()
				fail(err)
			}
		})
		c.mu.Unlock()
		return
	}
	fail(busy{})
}

// A step of handlers, of an object that each request has for itself.
type Exchange struct {
	user string
	size int64
}

func (e *Exchange) Check(w http.ResponseWriter, r *http.Request) error {
	e.size = r.ContentLength
	if e.user == "" && e.size > 0 {
		return busy{}
	}
	return nil
}

// The lock goes to the goroutine with what it guards, and helpers rely on it there.
type larder struct {
	mu    sync.Mutex
	stock map[string]int
	jars  int
}

func openLarder(names []string) *larder {
	l := &larder{stock: map[string]int{}}
	l.mu.Lock()
	go func() {
		l.fill(names)
		l.mu.Unlock()
		l.tend()
	}()
	return l
}

func (l *larder) fill(names []string) {
	for _, name := range names {
		l.put(name)
	}
}

func (l *larder) put(name string) {
	l.stock[name]++
	l.jars++
}

func (l *larder) tend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stock = map[string]int{}
	l.jars = 0
}

// Take gives out a jar.
func (l *larder) Take(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stock[name] == 0 {
		return false
	}
	l.stock[name]--
	l.jars--
	return true
}

// Jars is how many there are.
func (l *larder) Jars() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.jars
}

// What is set under the lock where it isn't yet, and never again, may be read when it was found there.
type switchboard struct {
	mu   sync.RWMutex
	line *http.Client
}

func (s *switchboard) dial() *http.Client {
	s.mu.RLock()
	if s.line != nil {
		s.mu.RUnlock()
		return s.line
	}
	s.mu.RUnlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line != nil {
		return s.line
	}
	s.line = &http.Client{}
	return s.line
}

// --- the caller gets the item of a container, locked

type drawer struct {
	mu   sync.Mutex
	pens int
}

type desk struct {
	drawers map[string]*drawer
	shelves [3]drawer
}

func (d *desk) open(name string) *drawer {
	found := d.drawers[name]
	found.mu.Lock()
	return found
}

func (d *desk) top() *drawer {
	found := &d.shelves[0]
	found.mu.Lock()
	return found
}

func first(drawers map[string]*drawer) (*drawer, bool) {
	found, ok := drawers["first"]
	if !ok {
		return nil, false
	}
	found.mu.Lock()
	return found, true
}

func (d *desk) tidy(name string) {
	found := d.open(name)
	found.pens = 0
	found.mu.Unlock()
	upper := d.top()
	defer upper.mu.Unlock()
	upper.pens++
	if other, ok := first(d.drawers); ok {
		other.pens--
		other.mu.Unlock()
	}
}
