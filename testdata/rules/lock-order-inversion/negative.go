// Package negative takes its locks in one order, or so that nobody waits for ever.
package negative

import (
	"sync"
	"unsafe"
)

type readers struct {
	a, b sync.RWMutex
}

func (r *readers) forth(f func()) {
	r.a.RLock()
	defer r.a.RUnlock()
	r.b.RLock()
	defer r.b.RUnlock()
	f()
}

func (r *readers) back(f func()) {
	r.b.RLock()
	defer r.b.RUnlock()
	r.a.RLock()
	defer r.a.RUnlock()
	f()
}

type account struct {
	mu    sync.Mutex
	total int
}

// One of two accounts is always the first, whichever way the money goes.
func transfer(from, to *account, n int) {
	first, second := from, to
	if uintptr(unsafe.Pointer(first)) > uintptr(unsafe.Pointer(second)) {
		first, second = second, first
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock()
	defer second.mu.Unlock()
	from.total -= n
	to.total += n
}

type node struct {
	mu   sync.Mutex
	tree *tree
}

type tree struct {
	mu    sync.Mutex
	nodes []*node
}

func (t *tree) each(f func(*node)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, n := range t.nodes {
		n.mu.Lock()
		f(n)
		n.mu.Unlock()
	}
}

// Trying isn't waiting.
func (n *node) try() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.tree.mu.TryLock() {
		return false
	}
	defer n.tree.mu.Unlock()
	n.tree.nodes = append(n.tree.nodes, n)
	return true
}

// Nobody else has the new tree yet.
func newTree(n *node) *tree {
	t := &tree{}
	n.mu.Lock()
	defer n.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	n.tree = t
	t.nodes = append(t.nodes, n)
	return t
}

func (n *node) released() {
	n.mu.Lock()
	t := n.tree
	n.mu.Unlock()
	t.mu.Lock()
	t.nodes = nil
	t.mu.Unlock()
}

// The goroutine doesn't hold what its starter holds.
func (n *node) later() {
	n.mu.Lock()
	defer n.mu.Unlock()
	go func() {
		n.tree.mu.Lock()
		defer n.tree.mu.Unlock()
		n.tree.nodes = nil
	}()
}

type stripes struct {
	locks [16]sync.Mutex
	items [16]*node
}

// A second stripe is taken under the node's lock, but only with the first one held.
func (s *stripes) move(from, to int) {
	s.locks[from].Lock()
	defer s.locks[from].Unlock()
	n := s.items[from]
	n.mu.Lock()
	defer n.mu.Unlock()
	if from != to {
		s.locks[to].Lock()
		defer s.locks[to].Unlock()
	}
	s.items[to] = n
}

// Two condition variables with a mutex of their own each.
type desk struct {
	in, out *sync.Cond
	papers  []string
}

func newDesk() *desk {
	return &desk{in: sync.NewCond(&sync.Mutex{}), out: sync.NewCond(&sync.Mutex{})}
}

func (d *desk) put(paper string) {
	d.in.L.Lock()
	defer d.in.L.Unlock()
	d.out.L.Lock()
	defer d.out.L.Unlock()
	d.papers = append(d.papers, paper)
}

// --- a lock that is given back for the time of a call of one's caller's function

type entry struct {
	mu    sync.Mutex
	dirty bool
	body  string
}

func (e *entry) write(keep func(string)) {
	if keep != nil {
		body := e.body
		e.mu.Unlock()
		keep(body)
		e.mu.Lock()
	}
	e.dirty = false
}

func (e *entry) close(keep func(string)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.dirty {
		e.write(keep)
	}
}

func (e *entry) size() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.body)
}

type document struct {
	mu    sync.Mutex
	entry *entry
	body  string
}

func (d *document) set(body string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.body = body
}

func (d *document) size() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.entry.size()
}

func (d *document) close() {
	d.entry.close(d.set)
}
