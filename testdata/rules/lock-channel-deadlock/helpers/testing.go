package helpers

import "testing"

func NewTestServer(t *testing.T) *Server {
	s := &Server{Quit: make(chan struct{})}
	go func() {
		s.mu.Lock()
		s.n++
		s.mu.Unlock()
		<-s.Quit
		t.Log("quit")
	}()
	return s
}
