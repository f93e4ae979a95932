// Package lockfree has a Treiber stack and a queue for many producers and one consumer. (Appendices C, BL)
package lockfree

import "sync/atomic"

type stack[T any] struct {
	top atomic.Pointer[cell[T]]
}

type cell[T any] struct {
	value T
	below *cell[T]
}

func (s *stack[T]) push(v T) {
	c := &cell[T]{value: v}
	for {
		c.below = s.top.Load()
		if s.top.CompareAndSwap(c.below, c) {
			return
		}
	}
}

func (s *stack[T]) pop() (v T, ok bool) {
	for {
		c := s.top.Load()
		if c == nil {
			return v, false
		}
		if s.top.CompareAndSwap(c, c.below) {
			return c.value, true
		}
	}
}

type queue[T any] struct {
	newest atomic.Pointer[link[T]]
	oldest *link[T]
	stub   link[T]
}

type link[T any] struct {
	next  atomic.Pointer[link[T]]
	value T
}

func newQueue[T any]() *queue[T] {
	q := &queue[T]{}
	q.oldest = &q.stub
	q.newest.Store(&q.stub)
	return q
}

func (q *queue[T]) put(v T) {
	l := &link[T]{value: v}
	before := q.newest.Swap(l)
	before.next.Store(l)
}

// take is for the one consumer only.
func (q *queue[T]) take() (v T, ok bool) {
	l := q.oldest
	next := l.next.Load()
	if l == &q.stub {
		if next == nil {
			return v, false
		}
		q.oldest = next
		l, next = next, next.next.Load()
	}
	if next != nil {
		q.oldest = next
		return next.value, true
	}
	if l != q.newest.Load() {
		return q.take()
	}
	return v, false
}
