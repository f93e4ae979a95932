// Package sent gives containers to other goroutines.
package sent

import (
	"maps"
	"sync"
)

type store struct {
	mu    sync.Mutex
	data  map[string]int
	saves chan map[string]int
}

func newStore() *store {
	s := &store{data: map[string]int{}, saves: make(chan map[string]int, 1)}
	go s.listen()
	return s
}

func (s *store) listen() {
	for data := range s.saves {
		for key := range data {
			println(key)
		}
	}
}

func (s *store) save(key string, value int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data[key] = value
	s.saves <- s.data // want "sends `store.data` itself: its elements"
}

func (s *store) drop(key string) {
	s.mu.Lock()
	delete(s.data, key)
	data := s.data // want "sends `store.data` itself: its elements"
	s.mu.Unlock()
	s.saves <- data
}

func (s *store) snapshot() {
	s.mu.Lock()
	data := maps.Clone(s.data)
	s.mu.Unlock()
	s.saves <- data
}

// Nobody else has what was taken out.
func (s *store) flush() {
	s.mu.Lock()
	data := s.data
	s.data = map[string]int{}
	s.mu.Unlock()
	s.saves <- data
}
