// Package asked says that a lock is held, and means another one.
package asked

import "sync"

// --- the lock that a comment speaks of is another one

type tenant struct {
	mu   sync.RWMutex
	name string
	keys map[string]int
}

func (t *tenant) setKey(name string, key int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keys[name] = key
}

func (t *tenant) key(name string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.keys[name]
}

func (t *tenant) drop(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.keys, name)
}

type session struct {
	mu     sync.Mutex
	tenant *tenant
	limit  int
}

// Lock is held on entry.
func (s *session) applyLimits() {
	if limit, ok := s.tenant.keys["limit"]; ok { // want "the map `tenant.keys` is read without `tenant.mu`"
		s.limit = limit
	}
}

func (s *session) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.applyLimits()
}

func (s *session) reload() {
	s.mu.Lock()
	s.applyLimits()
	s.mu.Unlock()
}

// --- the lock that a comment asks for, and callers hold, is another object's: it says nothing of this one's map

// Link has a reader, whose map of peers nobody else touches.
type Link struct {
	mu      sync.Mutex
	pending map[*Link]bool
	queued  int
}

func (l *Link) open() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = make(map[*Link]bool)
}

// l's own reader calls it, and needs no lock of l. The lock of peer must be held on entry.
func (l *Link) mark(peer *Link) {
	if _, ok := l.pending[peer]; !ok {
		peer.queued++
		l.pending[peer] = true
	}
}

func (l *Link) deliver(peer *Link) {
	peer.mu.Lock()
	defer peer.mu.Unlock()
	l.mark(peer)
}

// Flush is for the reader.
func (l *Link) Flush() {
	for peer := range l.pending {
		delete(l.pending, peer)
		peer.mu.Lock()
		peer.queued--
		peer.mu.Unlock()
	}
}

func (l *Link) read(peers []*Link) {
	for _, peer := range peers {
		l.deliver(peer)
	}
	l.Flush()
}

func (l *Link) start(peers []*Link) {
	l.open()
	go l.read(peers)
}
