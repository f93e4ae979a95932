// Package cases asks atomics in loops.
package cases

import (
	"sync/atomic"
	"time"
)

type gate struct {
	open  atomic.Bool
	state atomic.Int32
	limit int32
	head  atomic.Pointer[link]
	slots [8]atomic.Int32
}

type link struct {
	next atomic.Pointer[link]
	name string
}

func (g *gate) pass() {
	for {
		if g.open.Load() { // want "this loop asks `g.open` again and again"
			return
		}
	}
}

func (g *gate) settle() int32 {
	state := g.state.Load()
	for state < 2 {
		state = g.state.Load() // want "this loop asks `g.state`"
	}
	return state
}

func (g *gate) reach() {
	for g.state.Load() != g.limit { // want "this loop asks `g.state`"
	}
}

func (g *gate) take() {
	for g.open.Load() || !g.state.CompareAndSwap(0, 1) { // want "this loop asks `g.open`"
	}
}

func (g *gate) sleeps() {
	for !g.open.Load() {
		time.Sleep(time.Millisecond)
	}
}

func (g *gate) receives(done chan struct{}) {
	for !g.open.Load() {
		select {
		case <-done:
			return
		default:
		}
	}
}

// It walks along a list.
func (g *gate) last() *link {
	l := g.head.Load()
	for l != nil && l.next.Load() != nil {
		l = l.next.Load()
	}
	return l
}

func (g *gate) find(name string) *link {
	for l := g.head.Load(); l != nil; l = l.next.Load() {
		if l.name == name {
			return l
		}
	}
	return nil
}

func (g *gate) any() bool {
	for i := range g.slots {
		if g.slots[i].Load() > 0 {
			return true
		}
	}
	return false
}

func (g *gate) backward() int {
	i := len(g.slots) - 1
	for i >= 0 && g.slots[i].Load() == 0 {
		i--
	}
	return i
}

func (g *gate) works(do func()) {
	for !g.open.Load() {
		do()
	}
}
