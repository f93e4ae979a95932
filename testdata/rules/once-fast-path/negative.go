// Package negative calls Do whenever it needs what Do makes.
package negative

import (
	"sync"
	"sync/atomic"
)

type store struct {
	mu     sync.Mutex
	once   sync.Once
	name   string
	data   map[string]int
	loaded atomic.Bool
	quick  int
}

func (s *store) load() {
	s.data = map[string]int{}
	s.loaded.Store(true)
}

// The flag is atomic.
func (s *store) get() map[string]int {
	if !s.loaded.Load() {
		s.once.Do(s.load)
	}
	return s.data
}

// What is tested isn't what is written.
func (s *store) named() map[string]int {
	if s.name != "" {
		s.once.Do(s.load)
	}
	return s.data
}

// The look is under the lock that the writer holds.
func (s *store) locked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.quick == 0 {
		s.once.Do(func() { s.quick = 1 })
	}
	return s.quick
}

// The look comes after Do.
func (s *store) after() int {
	s.once.Do(s.load)
	if s.data == nil {
		return 0
	}
	return len(s.data)
}

// Nobody else has the object yet.
func newStore(eager bool) *store {
	s := &store{}
	if s.data == nil && eager {
		s.once.Do(s.load)
	}
	return s
}
