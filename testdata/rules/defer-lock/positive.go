// Package positive defers Lock where it means Unlock.
package positive

import "sync"

type store struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	lock  sync.Locker
	inner struct{ sync.Mutex }
}

var global sync.Mutex

func (s *store) all(c bool) {
	s.mu.Lock()
	defer s.mu.Lock() // want "`s.mu` is locked again"
	if c {
		s.rw.Lock()
		defer s.rw.Lock() // want "`s.rw` is locked again"
	}
	switch {
	case c:
		s.rw.RLock()
		// what follows is protected
		defer s.rw.RLock() // want "`s.rw` is locked again"
	}
	func() {
		s.inner.Lock()
		defer s.inner.Lock() // want "`s.inner` is locked again"
	}()
	s.lock.Lock()
	defer s.lock.Lock() // want "`s.lock` is locked again"
	global.Lock()
	defer global.Lock() // want "`global` is locked again"
}

func pointer(mu *sync.Mutex) {
	mu.Lock()
	defer mu.Lock() // want "`mu` is locked again"
}
