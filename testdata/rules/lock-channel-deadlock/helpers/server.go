// Package helpers sends to whom the program that uses it brings; a helper of tests brings its own.
package helpers

import "sync"

type Server struct {
	mu   sync.Mutex
	n    int
	Quit chan struct{}
}

func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n = 0
	s.Quit <- struct{}{}
}
