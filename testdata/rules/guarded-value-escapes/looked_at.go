// Package looked changes what others look at under the lock.
package looked

import (
	"sync"
	"time"
)

// Session ends some day.
type Session struct {
	ends  time.Time
	owner string
}

// Store has sessions.
type Store struct {
	mu       sync.RWMutex
	sessions map[string]*Session
	last     *Session
}

func (s *Store) Touch(id string) bool {
	s.mu.RLock()
	session, ok := s.sessions[id]
	s.mu.RUnlock()
	if ok {
		session.ends = time.Now().Add(time.Hour) // want "`Session.ends` is written after `Store.mu` was given back"
	}
	return ok
}

// Last is set up by who has made it.
func (s *Store) Name(owner string) {
	s.mu.RLock()
	last := s.last
	s.mu.RUnlock()
	last.owner = owner
}

func (s *Store) Owner() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.last.owner
}

func (s *Store) Sweep(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, session := range s.sessions {
		if session.ends.Before(now) {
			delete(s.sessions, id)
		}
	}
}
