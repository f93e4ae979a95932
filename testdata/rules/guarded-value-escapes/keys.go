// Package keys goes over the keys alone.
package keys

import "sync"

type watcher interface{ notify() }

type hub struct {
	mu    sync.Mutex
	all   map[watcher]struct{}
	order []int
}

func (h *hub) add(w watcher, at int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all[w] = struct{}{}
	h.order[at] = at
}

func (h *hub) remove(w watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.all, w)
}

func (h *hub) Notify() {
	h.mu.Lock()
	all := h.all
	h.mu.Unlock()
	for w := range all { // want "elements of `hub.all` are used after `hub.mu` was given back"
		w.notify()
	}
}

func (h *hub) Size() (n int) {
	h.mu.Lock()
	all := h.all
	h.mu.Unlock()
	for range all { // want "elements of `hub.all` are used after `hub.mu` was given back"
		n++
	}
	return n
}

// The indices of a slice are told by its header.
func (h *hub) Count() (n int) {
	h.mu.Lock()
	order := h.order
	h.mu.Unlock()
	for range order {
		n++
	}
	return n
}

// What was there is taken out by a helper: nobody else has it any more.
func (h *hub) Close() {
	h.mu.Lock()
	all := h.all
	h.clearLocked()
	h.mu.Unlock()
	for w := range all {
		w.notify()
	}
}

func (h *hub) clearLocked() { h.all = map[watcher]struct{}{} }
