// Package owncopy writes copies, as far as they go, and what it took out.
package owncopy

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

type node struct {
	n    int
	next *node
	m    map[string]int
	l    []int
}

type state struct {
	p   atomic.Pointer[node]
	s   atomic.Pointer[[]int]
	t   atomic.Pointer[map[string]*node]
	m   sync.Map
	mu  sync.Mutex
	cnt map[string]int
}

func newState() *state {
	s := &state{}
	s.p.Store(&node{})
	s.p.Load().n = 1
	return s
}

func (s *state) take() {
	n := s.p.Swap(nil)
	if n != nil {
		n.n = 1
	}
}

func (s *state) won() {
	n := s.p.Load()
	if n != nil && s.p.CompareAndSwap(n, nil) {
		n.n = 1
	}
}

func (s *state) won2() {
	n := s.p.Load()
	if n == nil || !s.p.CompareAndSwap(n, n.next) {
		return
	}
	n.next = nil
}

func (s *state) won3() *node {
	for {
		n := s.p.Load()
		if n == nil {
			return nil
		}
		if s.p.CompareAndSwap(n, n.next) {
			n.next = nil
			return n
		}
	}
}

func (s *state) push(n *node) {
	for {
		old := s.p.Load()
		n.next = old
		if s.p.CompareAndSwap(old, n) {
			return
		}
	}
}

func (s *state) deepCopy() {
	old := s.p.Load()
	c := *old
	c.m = maps.Clone(old.m)
	c.m["a"] = 1
	c.l = slices.Clone(old.l)
	c.l[0] = 1
	c.l = append([]int{}, old.l...)
	c.l[0] = 1
	s.p.Store(&c)
}

func clone(n *node) *node {
	c := *n
	c.m = make(map[string]int)
	for k, v := range n.m {
		c.m[k] = v
	}
	return &c
}

func (s *state) viaClone() {
	c := clone(s.p.Load())
	c.n = 1
	c.m["a"] = 1
	s.p.Store(c)
}

func (n *node) with(k int) *node {
	c := *n
	c.n = k
	return &c
}

func (s *state) viaWith() {
	s.p.Store(s.p.Load().with(3))
}

func (s *state) loadOrNew() *node {
	n := s.p.Load()
	if n == nil {
		n = &node{m: map[string]int{}}
		n.n = 1
		n.m["a"] = 1
		s.p.Store(n)
	}
	return n
}

func (s *state) local() {
	var p atomic.Pointer[node]
	p.Store(&node{})
	p.Load().n = 1
}

func (s *state) perKey(k string) {
	s.m.Store(k, 3)
	v, _ := s.m.Load(k)
	n, _ := v.(int)
	n++
	s.m.Store(k, n)
}

// Only the new row is changed, not those that the copy shares.
func (s *state) tableCopy(k string) {
	old := *s.t.Load()
	m := make(map[string]*node, len(old)+1)
	for k, v := range old {
		m[k] = v
	}
	m[k] = &node{}
	m[k].n = 2
	s.t.Store(&m)
}

func (s *state) cloneElem(k string) {
	m := maps.Clone(*s.t.Load())
	n := *m[k]
	n.n = 3
	m[k] = &n
	delete(m, "x")
	s.t.Store(&m)
}

func (s *state) grow() {
	old := *s.s.Load()
	l := append(old[:len(old):len(old)], 1)
	l[0] = 3
	s.s.Store(&l)
}

func (s *state) appendOnly() {
	old := *s.s.Load()
	l := append(old, 1)
	s.s.Store(&l)
}

type res struct {
	sync.Mutex
	v int
}
type holder struct{ p atomic.Pointer[res] }

func (h *holder) set() {
	r := h.p.Load()
	r.Lock()
	r.v = 1
	r.Unlock()
}

func (h *holder) other() { h.set() }
