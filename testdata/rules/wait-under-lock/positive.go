// Package positive waits for others while it keeps others waiting.
package positive

import "sync"

type hub struct {
	sync.Mutex
	subscribers map[string]int
	events      chan string
	ready       chan struct{}
}

func (h *hub) len() int {
	h.Lock()
	defer h.Unlock()
	return len(h.subscribers)
}

func (h *hub) add(name string) {
	h.Lock()
	h.subscribers[name]++
	if h.subscribers[name] == 1 {
		h.events <- name // want "this sends on `hub.events` while `h.*` is held"
	}
	h.Unlock()
}

func (h *hub) wait() int {
	h.Lock()
	defer h.Unlock()
	<-h.ready // want "this receives from `hub.ready` while `h.*` is held"
	return len(h.subscribers)
}
