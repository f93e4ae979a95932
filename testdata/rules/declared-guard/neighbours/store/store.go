// Package store says what guards its exported fields.
package store

import "sync"

// Store is what other packages work on.
type Store struct {
	Mu sync.Mutex
	// Items are guarded by Mu.
	Items map[string]int
	// +checklocks:Mu
	Size int

	inner sync.Mutex
	// Name is guarded by inner.
	Name string
}

// New makes one.
func New() *Store { return &Store{Items: map[string]int{}} }

// Rename takes the lock that nobody else can.
func (s *Store) Rename(name string) {
	s.inner.Lock()
	defer s.inner.Unlock()
	s.Name = name
}

// CountMu guards Count.
var CountMu sync.Mutex

// +checklocks:CountMu
var Count int
