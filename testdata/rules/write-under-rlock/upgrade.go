// Package upgrade takes the write side with the read side held, which is another mistake, and after it, which is none.
package upgrade

import "sync"

type Lookup struct {
	mu    sync.RWMutex
	known map[string]int
}

func (l *Lookup) Set(key string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[key] = n
}

func (l *Lookup) Get(key string, find func(string) int) int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if value, ok := l.known[key]; ok {
		return value
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[key] = find(key)
	return l.known[key]
}

func (l *Lookup) Touch(key string) int {
	l.mu.Lock()
	n := l.known[key]
	l.mu.Unlock()
	l.mu.RLock()
	defer l.mu.RUnlock()
	l.known[key] = n + 1 // want "`Lookup.known` is written while `Lookup.mu` is held for reading only"
	return n
}
