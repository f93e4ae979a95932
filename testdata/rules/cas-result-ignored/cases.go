// Package cases drops results of compare-and-swaps.
package cases

import "sync/atomic"

type list struct {
	head atomic.Pointer[node]
	tail atomic.Pointer[node]
	size atomic.Int64
	full atomic.Bool
	best uint64
}

type node struct {
	next  atomic.Pointer[node]
	value int
}

func (l *list) count(by int64) {
	size := l.size.Load()
	l.size.CompareAndSwap(size, size+by) // want "nobody looks whether `l.size` was swapped"
}

// To drop it in so many words is to have thought of it.
func (l *list) blank(by int64) {
	size := l.size.Load()
	_ = l.size.CompareAndSwap(size, size+by)
}

type limits struct{ low, high int }

var current atomic.Pointer[limits]

func raise(by int) {
	old := current.Load()
	changed := *old
	changed.high += by
	current.CompareAndSwap(old, &changed) // want "nobody looks"
}

func (l *list) improve(by uint64) {
	if best := atomic.LoadUint64(&l.best); by < best {
		atomic.CompareAndSwapUint64(&l.best, best, by) // want "nobody looks"
	}
}

// Whoever moves the tail first has helped: it is the same node for all.
func (l *list) help() {
	tail := l.tail.Load()
	if next := tail.next.Load(); next != nil {
		l.tail.CompareAndSwap(tail, next)
	}
}

func (l *list) first() *node {
	if n := l.head.Load(); n != nil {
		return n
	}
	l.head.CompareAndSwap(nil, &node{})
	return l.head.Load()
}

func (l *list) markFull() { l.full.CompareAndSwap(false, true) }

func (l *list) reset() {
	if size := l.size.Load(); size < 0 {
		l.size.CompareAndSwap(size, 0)
	}
}

func (l *list) looked(by int64) bool {
	size := l.size.Load()
	return l.size.CompareAndSwap(size, size+by)
}

// Nobody else has it yet.
func newList(n int64) *list {
	l := &list{}
	size := l.size.Load()
	l.size.CompareAndSwap(size, size+n)
	return l
}

// The loop looks again.
func (l *list) atLeast(n int64) {
	for l.len() < n {
		l.size.CompareAndSwap(l.len(), n)
	}
}

func (l *list) len() int64 { return l.size.Load() }
