// Package positive waits for others while it keeps others waiting.
package positive

import "sync"

type hub struct {
	sync.Mutex
	subscribers map[string]int
	events      chan string
	ready       chan struct{}
	early, late chan string
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

// Whoever is first: until then nobody gets at the lock.
func (h *hub) first() string {
	h.Lock()
	defer h.Unlock()
	select { // want "this waits in a select for `hub.early` and `hub.late` while `h.*` is held"
	case name := <-h.early:
		return name
	case <-h.late:
		return ""
	}
}

// What a caller brings.
func (h *hub) tell(out chan<- int) {
	h.Lock()
	defer h.Unlock()
	out <- len(h.subscribers) // want "this sends on `out` while `h.*` is held"
}
