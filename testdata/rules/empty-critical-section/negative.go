// Package negative says why its critical sections are empty, or fills them.
package negative

import "sync"

type fake struct{}

func (fake) Lock()   {}
func (fake) Unlock() {}

type store struct {
	mu, other sync.Mutex
	n         int
}

func (s *store) all(f fake, t *store) {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()

	s.mu.Lock() // barrier
	s.mu.Unlock()

	s.mu.Lock()
	s.mu.Unlock() // a barrier against running writers

	// Wait until the writers that hold it are through.
	s.mu.Lock()
	s.mu.Unlock()

	s.mu.Lock()
	//nolint:staticcheck // intended: drains
	s.mu.Unlock()

	f.Lock()
	f.Unlock()

	s.mu.Lock()
	s.other.Lock()
	s.other.Unlock() // barrier
	s.mu.Unlock()

	t.mu.Lock()
	s.mu.Unlock()
}

func (s *store) atTheEnd(c bool) {
	s.n++
	if c {
		s.other.Lock()
		s.other.Unlock()
	}
	s.mu.Lock()
	s.mu.Unlock()
	// nothing more
}

// Nothing is left to protect: it is asked whether the lock can be had.
func (s *store) ping() func() []string {
	return func() []string {
		s.mu.Lock()
		s.mu.Unlock()
		return nil
	}
}
