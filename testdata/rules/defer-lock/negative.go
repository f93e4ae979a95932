// Package negative defers Lock for a reason, or not at all.
package negative

import "sync"

type door struct{ open bool }

func (d *door) Lock() { d.open = false }

type store struct {
	mu, other sync.Mutex
	rw        sync.RWMutex
}

func (s *store) usual() {
	s.mu.Lock()
	defer s.mu.Unlock()
}

// Called with the lock held.
func (s *store) pauseLocked(f func()) {
	s.mu.Unlock()
	defer s.mu.Lock()
	f()
}

func (s *store) two(t *store) {
	s.mu.Lock()
	defer s.other.Lock()
	s.other.Unlock()
	t.other.Lock()
	s.mu.Unlock()
}

func doors(d *door) {
	d.Lock()
	defer d.Lock()
}

// Not next to each other: between them the lock is released.
func (s *store) released(f func()) {
	s.mu.Lock()
	s.mu.Unlock() // barrier
	defer s.mu.Lock()
	f()
}
