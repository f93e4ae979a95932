// Package positive locks what is its own.
package positive

import "sync"

type stats struct {
	mu     sync.Mutex
	counts map[string]int
}

func (s stats) note(name string) { // want "locks a copy of `s.mu`"
	s.mu.Lock()
	s.counts[name]++
	s.mu.Unlock()
}

type embedded struct {
	sync.RWMutex
	names []string
}

func (e embedded) len() int { // want "locks a copy of `e.RWMutex`"
	e.RLock()
	defer e.RUnlock()
	return len(e.names)
}

func count(s stats) int { // want "locks a copy of `s.mu`"
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.counts)
}

var total int

func add(n int) {
	mu := sync.Mutex{}
	mu.Lock() // want "`mu` is a lock of this call alone"
	defer mu.Unlock()
	total += n
}

func get() int {
	var mu sync.RWMutex
	mu.RLock() // want "`mu` is a lock of this call alone"
	defer mu.RUnlock()
	return total
}

// A pointer to a lock of its own is no other.
func (e *embedded) made(name string) {
	mu := new(sync.Mutex)
	mu.Lock() // want "`mu` is a lock of this call alone"
	e.names = append(e.names, name)
	mu.Unlock()
}

func (e *embedded) literal() int {
	mu := &sync.RWMutex{}
	mu.RLock() // want "`mu` is a lock of this call alone"
	defer mu.RUnlock()
	return len(e.names)
}
