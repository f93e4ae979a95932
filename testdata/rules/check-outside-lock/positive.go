// Package positive acts on what it saw in an earlier critical section.
package positive

import (
	"errors"
	"sync"
)

type peer interface{ Close() error }

type hub struct {
	mu    sync.RWMutex
	peers map[string]peer
	rooms map[string]*room
	index map[string]int
}

type room struct{ names []string }

func (h *hub) join(name string, p peer) error {
	h.mu.RLock()
	_, taken := h.peers[name]
	h.mu.RUnlock()
	if taken {
		return errors.New("taken")
	}
	h.mu.Lock()
	h.peers[name] = p // want "`h.peers.*` is written on the word of a look that ended"
	h.mu.Unlock()
	return nil
}

func (h *hub) room(name string) *room {
	h.mu.Lock()
	r := h.rooms[name]
	h.mu.Unlock()
	if r == nil {
		r = &room{}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.rooms[name] = r // want "`h.rooms.*` is written on the word of a look that ended"
	}
	return r
}

func (h *hub) start() {
	h.mu.RLock()
	if h.index != nil {
		h.mu.RUnlock()
		return
	}
	h.mu.RUnlock()
	index := make(map[string]int)
	h.mu.Lock()
	h.index = index // want "`h.index` is written on the word of a look that ended"
	h.mu.Unlock()
}
