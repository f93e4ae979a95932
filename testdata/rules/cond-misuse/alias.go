// Package alias signals a condition variable by another name.
package alias

import "sync"

// The same condition variable by another field, which is signalled.
type owner struct {
	mu   sync.Mutex
	wake *sync.Cond
	n    int
}

type waiter struct {
	owner *owner
	cond  *sync.Cond
}

func newOwner() *owner {
	o := &owner{}
	o.wake = sync.NewCond(&o.mu)
	return o
}

func (o *owner) waiter() *waiter { return &waiter{o, o.wake} }

func (w *waiter) wait() {
	w.owner.mu.Lock()
	defer w.owner.mu.Unlock()
	for w.owner.n == 0 {
		w.cond.Wait()
	}
}

func (o *owner) add() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.n++
	o.wake.Broadcast()
}
