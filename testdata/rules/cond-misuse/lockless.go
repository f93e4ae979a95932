// Package lockless has a Cond that was never given its lock.
package lockless

import "sync"

type event struct {
	mu   sync.Mutex
	cond sync.Cond
	set  bool
}

func (e *event) wait() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for !e.set {
		e.cond.Wait() // want "`e.cond` has no lock: its `Wait` panics"
	}
}

func (e *event) fire() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.set = true
	e.cond.Broadcast()
}
