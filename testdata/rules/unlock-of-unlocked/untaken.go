// Package untaken gives back what nobody has taken.
package untaken

import "sync"

type store struct {
	mu sync.Mutex
	n  int
}

func (s *store) tryFailed() {
	if !s.mu.TryLock() {
		s.mu.Unlock() // want "`s.mu` is unlocked where it could not be locked"
		return
	}
	s.n++
	s.mu.Unlock()
}

func otherBranch(s *store) {
	if s.mu.TryLock() {
		s.n++
		s.mu.Unlock()
	} else {
		s.mu.Unlock() // want "`s.mu` is unlocked where it could not be locked"
	}
}

func never() {
	var mu sync.Mutex
	mu.Unlock() // want "`mu` is unlocked here, but was never locked"
}

func atTheEnd(work func()) {
	var rw sync.RWMutex
	defer rw.RUnlock() // want "`rw` is unlocked here, but was never locked"
	work()
}

func oneBranch(c bool, work func(func())) {
	var mu sync.Mutex
	n := 0
	if c {
		mu.Lock()
		n++
		mu.Unlock()
	} else {
		mu.Unlock() // want "`mu` is unlocked here, but was never locked"
	}
	work(func() { n++ })
}

// What follows is right, or may be.

func triedAgain(s *store) {
	if !s.mu.TryLock() {
		s.mu.Lock()
		s.n++
	}
	s.mu.Unlock()
}

func kept(s *store) {
	got := s.mu.TryLock()
	s.n++
	if got {
		s.mu.Unlock()
	}
}

func lent(take func(*sync.Mutex)) {
	var mu sync.Mutex
	take(&mu)
	mu.Unlock()
}

func byLiteral() {
	var mu sync.Mutex
	take := func() { mu.Lock() }
	take()
	mu.Unlock()
}

func turns(n int) {
	var mu sync.Mutex
	for i := range n {
		if i > 0 {
			mu.Unlock()
		}
		mu.Lock()
	}
}

func byValue() {
	var mu sync.Mutex
	unlock := mu.Unlock
	mu.Lock()
	unlock()
}
