// Package negative waits with nothing in its hands, or keeps nobody waiting.
package negative

import "sync"

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
