// Package set_up fills maps before it starts goroutines: the one on a goroutine of its own, while others look.
package set_up

import "sync"

// Register knows names.
type Register struct {
	mu    sync.RWMutex
	known map[string]int
}

// Open loads what is known.
func (r *Register) Open(names []string) { go r.load(names) }

func (r *Register) load(names []string) {
	for at, name := range names {
		r.known[name] = at // want "the map `Register.known` is written without `Register.mu`"
	}
	for _, name := range names {
		go r.Touch(name)
	}
}

// Find looks a name up.
func (r *Register) Find(name string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.known[name]
}

// Touch changes a name's number.
func (r *Register) Touch(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[name]++
}

// Forget drops a name.
func (r *Register) Forget(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, name)
}

// --- set up by who opens it

// Ready is filled before anybody else has it.
type Ready struct {
	mu    sync.RWMutex
	known map[string]int
}

// Open loads what is known.
func (r *Ready) Open(names []string) {
	for at, name := range names {
		r.known[name] = at
	}
	for _, name := range names {
		go r.Touch(name)
	}
}

// Find looks a name up.
func (r *Ready) Find(name string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.known[name]
}

// Touch changes a name's number.
func (r *Ready) Touch(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[name]++
}

// Forget drops a name.
func (r *Ready) Forget(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, name)
}
