// Package values has maps of structs: who looks one up reads the map, and not a struct around it.
package values

import "sync"

type entry struct {
	size int
	used bool
}

// Store keeps entries.
type Store struct {
	mu  sync.RWMutex
	all map[string]entry
}

// Put adds one.
func (s *Store) Put(name string, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[name] = entry{size: size}
}

// Use marks one.
func (s *Store) Use(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.all[name]
	one.used = true
	s.all[name] = one
}

// Drop removes one.
func (s *Store) Drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, name)
}

// Find tells what is known.
func (s *Store) Find(name string) (entry, bool) {
	one, ok := s.all[name] // want "the map `Store.all` is read without `Store.mu`"
	return one, ok
}

// Copy has the same map.
func (s *Store) Copy() map[string]entry { return s.all }
