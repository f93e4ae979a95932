// Package negative waits with nothing in its hands, or keeps nobody waiting.
package negative

import (
	"context"
	"sync"
)

type hub struct {
	mu     sync.Mutex
	n      int
	events chan string
	room   chan string
}

func newHub(events chan string) *hub { return &hub{events: events, room: make(chan string, 4)} }

func (h *hub) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.n
}

func (h *hub) add(name string) {
	h.mu.Lock()
	h.n++
	h.room <- name
	h.mu.Unlock()
	h.events <- name
}

func (h *hub) each(work func(int)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var wg sync.WaitGroup
	for i := range h.n {
		wg.Go(func() { work(i) })
	}
	wg.Wait()
}

// This lock is there to let one ask at a time.
type port struct {
	mu       sync.Mutex
	question chan string
	answer   chan string
}

func (p *port) ask(question string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.question <- question
	return <-p.answer
}

// Each of these selects has a way out.
type switchboard struct {
	mu     sync.Mutex
	calls  chan string
	quit   chan struct{}
	placed int
}

func (s *switchboard) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.placed
}

func (s *switchboard) place(ctx context.Context, call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.calls <- call:
		s.placed++
	case <-ctx.Done():
	}
}

func (s *switchboard) placeOpen(call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.calls <- call:
		s.placed++
	case <-s.quit:
	}
}

func (s *switchboard) tryPlace(call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.calls <- call:
		s.placed++
	default:
	}
}

func (s *switchboard) close() { close(s.quit) }
