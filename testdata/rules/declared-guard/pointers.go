// Package pointers keeps its locks behind pointers.
package pointers

import "sync"

type set struct {
	mu   *sync.Mutex // guards done
	done bool

	rwMu  *sync.RWMutex
	count int // guarded by rwMu
}

func newSet() *set { return &set{mu: &sync.Mutex{}, rwMu: &sync.RWMutex{}} }

func (s *set) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = true
}

func (s *set) finished() bool {
	return s.done // want "`set.done` is read without `set.mu`"
}

func (s *set) add() {
	s.rwMu.Lock()
	s.count++
	s.rwMu.Unlock()
}

func (s *set) size() int {
	s.rwMu.RLock()
	defer s.rwMu.RUnlock()
	return s.count
}
