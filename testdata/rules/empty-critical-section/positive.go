// Package positive protects nothing.
package positive

import "sync"

type store struct {
	mu sync.Mutex
	rw sync.RWMutex
	n  int
}

func (s *store) all(c bool, l sync.Locker) {
	s.mu.Lock() // want "`s.mu` is unlocked as soon as it is locked"
	s.mu.Unlock()
	s.n++

	s.rw.RLock() // want "`s.rw` is unlocked as soon as it is locked"
	// read the number
	s.rw.RUnlock()

	if c {
		s.rw.Lock() // want "`s.rw` is unlocked as soon as it is locked"
		s.rw.Unlock()
		s.n++
	}
	switch {
	case c:
		l.Lock() // want "`l` is unlocked as soon as it is locked"
		l.Unlock()
		s.n--
	default:
		s.mu.Lock() // want "`s.mu` is unlocked as soon as it is locked"
		s.mu.Unlock()
		s.n++
	}
}
