// Package closed has an interface that nobody else can implement.
package closed

import "sync"

type entry interface{ drop() }

type left struct{ n int }

func (e *left) drop() { e.n = 0 }

type right struct{ n int }

func (e *right) drop() { e.n = 0 }

type upper struct{ n int }

func (e *upper) drop() { e.n = 0 }

type lower struct{ n int }

func (e *lower) drop() { e.n = 0 }

type index struct {
	mu    sync.Mutex
	lefts map[int]*left
	other map[int]entry
}

func (x *index) Drop(id int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.entryOf(id).drop()
}

func (x *index) entryOf(id int) entry {
	if e := x.lefts[id]; e != nil {
		return e
	}
	return x.other[id]
}

func (x *index) Count(id int) int {
	x.mu.Lock()
	e := x.lefts[id]
	x.mu.Unlock()
	return e.n // want "`left.n` is read after `index.mu` was given back"
}
