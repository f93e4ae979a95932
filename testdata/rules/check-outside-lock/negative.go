// Package negative decides and acts in one critical section, or decides nothing.
package negative

import "sync"

type room struct{ names []string }

type hub struct {
	mu    sync.RWMutex
	other sync.Mutex
	rooms map[string]*room
	texts map[string][]byte
	last  *room
	count int
}

func (h *hub) again(name string) *room {
	h.mu.RLock()
	r := h.rooms[name]
	h.mu.RUnlock()
	if r != nil {
		return r
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if r := h.rooms[name]; r != nil {
		return r
	}
	r = &room{}
	h.rooms[name] = r
	return r
}

func (h *hub) always(name string) (old *room) {
	h.mu.RLock()
	old = h.rooms[name]
	h.mu.RUnlock()
	h.mu.Lock()
	h.rooms[name] = &room{}
	h.mu.Unlock()
	return old
}

func (h *hub) text(name string, load func(string) []byte) []byte {
	h.mu.RLock()
	text, ok := h.texts[name]
	h.mu.RUnlock()
	if !ok {
		text = load(name)
		h.mu.Lock()
		h.texts[name] = text
		h.mu.Unlock()
	}
	return text
}

func (h *hub) number() {
	h.mu.Lock()
	none := h.count == 0
	h.mu.Unlock()
	if none {
		h.mu.Lock()
		h.count = 1
		h.mu.Unlock()
	}
}

// Nobody else gets in between.
func (h *hub) gate(name string) {
	h.other.Lock()
	defer h.other.Unlock()
	h.mu.RLock()
	r := h.rooms[name]
	h.mu.RUnlock()
	if r == nil {
		h.mu.Lock()
		h.rooms[name] = &room{}
		h.mu.Unlock()
	}
}

func (h *hub) decidedElsewhere(name string) {
	h.mu.RLock()
	r := h.last
	h.mu.RUnlock()
	if r == nil {
		h.mu.Lock()
		h.rooms[name] = &room{}
		h.mu.Unlock()
	}
}

type choice struct {
	mu     sync.RWMutex
	all    []interface{ Name() string }
	chosen map[string]interface{ Name() string }
}

// Everybody who chooses chooses the same.
func (c *choice) of(name string) {
	c.mu.RLock()
	_, ok := c.chosen[name]
	c.mu.RUnlock()
	for _, each := range c.all {
		if !ok && each.Name() == name {
			c.mu.Lock()
			c.chosen[name] = each
			c.mu.Unlock()
		}
	}
}

type starting struct {
	mu    sync.Mutex
	under map[string]chan struct{}
}

// Who has waited looks again.
func (s *starting) begin(name string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
retry:
	if other, ok := s.under[name]; ok {
		s.mu.Unlock()
		<-other
		s.mu.Lock()
		goto retry
	}
	done := make(chan struct{})
	s.under[name] = done
	return done
}
