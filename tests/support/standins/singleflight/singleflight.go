// Package singleflight has what examples use of golang.org/x/sync/singleflight.
package singleflight

import "sync"

type flight struct {
	done   chan struct{}
	value  any
	err    error
	shared bool
}

// Group runs one function at a time for each key.
type Group struct {
	mu      sync.Mutex
	flights map[string]*flight
}

// Do runs f, or waits for what runs for key already.
func (g *Group) Do(key string, f func() (any, error)) (any, error, bool) {
	g.mu.Lock()
	if under := g.flights[key]; under != nil {
		under.shared = true
		g.mu.Unlock()
		<-under.done
		return under.value, under.err, true
	}
	own := &flight{done: make(chan struct{})}
	if g.flights == nil {
		g.flights = make(map[string]*flight)
	}
	g.flights[key] = own
	g.mu.Unlock()
	own.value, own.err = f()
	g.mu.Lock()
	delete(g.flights, key)
	shared := own.shared
	g.mu.Unlock()
	close(own.done)
	return own.value, own.err, shared
}
