// Package cases tries compare-and-swaps again.
package cases

import "sync/atomic"

type stack struct {
	top  atomic.Pointer[item]
	bits uint32
}

type item struct {
	next  *item
	value int
}

func (s *stack) push(value int) {
	top := s.top.Load()
	for {
		if s.top.CompareAndSwap(top, &item{top, value}) { // want "`s.top` is compared with the same old value"
			return
		}
	}
}

func (s *stack) set(bit uint32) {
	bits := atomic.LoadUint32(&s.bits)
	for i := 0; i < 10; i++ {
		if atomic.CompareAndSwapUint32(&s.bits, bits, bits|bit) { // want "`s.bits` is compared"
			break
		}
	}
}

func (s *stack) pop() *item {
	for {
		top := s.top.Load()
		if top == nil || s.top.CompareAndSwap(top, top.next) {
			return top
		}
	}
}

func (s *stack) retried(bit uint32) {
	bits := atomic.LoadUint32(&s.bits)
retry:
	if !atomic.CompareAndSwapUint32(&s.bits, bits, bits|bit) {
		bits = atomic.LoadUint32(&s.bits)
		goto retry
	}
}

// One try for each item, each with a load of its own.
func (s *stack) each(items []uint32) (won int) {
	for _, bit := range items {
		bits := atomic.LoadUint32(&s.bits)
		if atomic.CompareAndSwapUint32(&s.bits, bits, bits|bit) {
			won++
		}
	}
	return won
}

// It waits for what the caller has seen to come back.
func (s *stack) waitFor(seen uint32) {
	for !atomic.CompareAndSwapUint32(&s.bits, seen, 0) {
		pause()
	}
}

func pause() {}

// The list is walked: the next turn compares with the next item.
type queue struct{ tail atomic.Pointer[cell] }

type cell struct{ next atomic.Pointer[cell] }

func (q *queue) drop() bool {
	c := q.tail.Load()
	for {
		next := c.next.Load()
		if next == nil {
			return false
		}
		if q.tail.CompareAndSwap(c, next) {
			return true
		}
		c = next
	}
}
