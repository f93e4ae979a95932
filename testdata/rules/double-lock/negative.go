// Package negative takes no lock of its own twice that somebody may come between.
package negative

import "sync"

// Who writes shuts the readers out by the lock of the whole.
type shelf struct {
	mu    sync.RWMutex
	books []string
}

func (s *shelf) count() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.books)
}

func (s *shelf) full(most int) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.count() >= most
}

func (s *shelf) put(book string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.books = append(s.books, book)
}

type house struct {
	mu      sync.RWMutex
	shelves map[string]*shelf
}

func (h *house) Full(name string, most int) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.shelves[name].full(most)
}

func (h *house) Put(name, book string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shelves[name].put(book)
}
