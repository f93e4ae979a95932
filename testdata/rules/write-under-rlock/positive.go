// Package positive writes under the read side what others write under the lock.
package positive

import "sync"

type Store struct {
	mu    sync.RWMutex
	items map[string]int
	dirty bool
}

func (s *Store) put(key string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[key] = n
	s.dirty = true
}

func (s *Store) Count(key string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.items[key]++ // want "`Store.items` is written while `Store.mu` is held for reading only"
	return s.items[key]
}

func (s *Store) Flush() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	was := s.dirty
	s.dirty = false // want "`Store.dirty` is written while `Store.mu` is held for reading only"
	return was
}
