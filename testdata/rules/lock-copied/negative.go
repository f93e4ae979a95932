// Package negative leaves locks where they are.
package negative

import (
	"sync"
	"unsafe"
)

type plain struct {
	mu sync.Mutex
	n  int
}

type holder struct {
	ptr   *plain
	list  []*plain
	slice []plain
	l     sync.Locker
	f     func(*plain)
}

func fresh() plain { return plain{n: 1} }

func makes() *plain {
	p := plain{n: 2}
	q := fresh()
	q.n += p.n
	return &q
}

func (p *plain) size() int { return p.n }

func pointers(h holder) *plain {
	p := h.ptr
	for _, each := range h.list {
		p = each
	}
	for i := range h.slice {
		h.slice[i].n++
	}
	h.f(&h.slice[0])
	other := h
	other.l.Lock()
	return p
}

func sizes(p *plain) (uintptr, int) {
	var group [3]plain
	return unsafe.Sizeof(*p), len(group)
}

func zero(p *plain) {
	*p = plain{}
	p.mu = sync.Mutex{}
}

// What has other methods of these names is no lock.
type gate struct{ set chan struct{} }

func (g *gate) Lock() (set bool) { <-g.set; return true }
func (g *gate) Unlock(set bool)  { g.set <- struct{}{} }

func newGate() gate {
	g := gate{set: make(chan struct{}, 1)}
	g.Unlock(true)
	return g
}
