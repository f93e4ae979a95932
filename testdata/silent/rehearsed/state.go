// Package rehearsed starts its goroutine when all is ready; its tests start it earlier, where nothing is to be checked.
package rehearsed

import "sync"

type State struct {
	mu    sync.Mutex
	key   []byte
	steps chan []byte
	load  func() []byte
}

func New(load func() []byte) *State { return &State{steps: make(chan []byte), load: load} }

func (s *State) Start() bool {
	if !s.checked() {
		return false
	}
	go s.receive()
	return true
}

// begin is for tests.
func (s *State) begin() { go s.receive() }

func (s *State) checked() bool {
	s.SetKey(s.load())
	return s.key != nil && len(s.key) > 8
}

func (s *State) SetKey(key []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = key
}

func (s *State) Key() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key
}

func (s *State) receive() {
	for step := range s.steps {
		s.mu.Lock()
		if string(step) == string(s.key) {
			s.key = s.load()
		}
		s.mu.Unlock()
	}
}
