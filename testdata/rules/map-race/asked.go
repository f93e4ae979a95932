// Package asked says that a lock is held, and means another one.
package asked

import "sync"

// --- the lock that a comment speaks of is another one

type tenant struct {
	mu     sync.RWMutex
	name   string
	keys   map[string]int
}

func (t *tenant) setKey(name string, key int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keys[name] = key
}

func (t *tenant) key(name string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.keys[name]
}

func (t *tenant) drop(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.keys, name)
}

type session struct {
	mu     sync.Mutex
	tenant *tenant
	limit  int
}

// Lock is held on entry.
func (s *session) applyLimits() {
	if limit, ok := s.tenant.keys["limit"]; ok { // want "the map `tenant.keys` is read without `tenant.mu`"
		s.limit = limit
	}
}

func (s *session) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.applyLimits()
}

func (s *session) reload() {
	s.mu.Lock()
	s.applyLimits()
	s.mu.Unlock()
}
