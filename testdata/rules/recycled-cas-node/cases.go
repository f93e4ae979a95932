// Package cases swaps nodes that are recycled.
package cases

import (
	"sync"
	"sync/atomic"
)

type item struct {
	next *item
	data []byte
}

type other struct{ next *other }

type lists struct {
	items  atomic.Pointer[item]
	others atomic.Pointer[other]
	pool   sync.Pool
}

func (l *lists) take() *item {
	for {
		first := l.items.Load()
		if first == nil || l.items.CompareAndSwap(first, first.next) { // want "`l.items` is swapped by the address of a `.*item`"
			return first
		}
	}
}

func (l *lists) release(i *item) {
	i.next = nil
	l.pool.Put(i)
}

// These are left to the collector.
func (l *lists) takeOther() *other {
	for {
		first := l.others.Load()
		if first == nil || l.others.CompareAndSwap(first, first.next) {
			return first
		}
	}
}

// To push compares with what is there, whichever node that is.
func (l *lists) push(i *item) {
	for {
		i.next = l.items.Load()
		if l.items.CompareAndSwap(i.next, i) {
			return
		}
	}
}
