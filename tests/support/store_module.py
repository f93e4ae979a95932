"""A Go package with something of everything that a server speaks about."""

from __future__ import annotations

STORE = """\
package store

import (
	"sync"
	"sync/atomic"
)

// Store counts.
type Store struct {
	mu    sync.Mutex
	items map[string]int
	hits  atomic.Int64
	done  chan struct{}
}

// New makes one.
func New() *Store {
	s := &Store{items: map[string]int{}, done: make(chan struct{})}
	go s.loop()
	return s
}

func (s *Store) loop() {
	for range 3 {
		s.mu.Lock()
		s.grow()
		s.mu.Unlock()
	}
	<-s.done
}

func (s *Store) grow() {
	s.items["x"] = 1
}

// Get gives an item.
func (s *Store) Get(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits.Add(1)
	return s.items[key]
}

// Set changes an item.
func (s *Store) Set(key string, value int) {
	s.mu.Lock()
	s.items[key] = value
	s.mu.Unlock()
}

// Reset starts afresh.
func (s *Store) Reset() int64 {
	n := s.hits.Load()
	s.hits.Store(0)
	return n
}

// Drop lacks the lock.
func (s *Store) Drop(key string) {
	delete(s.items, key)
}

// Stop ends the loop.
func (s *Store) Stop() {
	close(s.done)
}
"""
