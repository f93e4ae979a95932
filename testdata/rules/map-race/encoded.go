// Package encoded has maps that a function of the library goes over.
package encoded

import (
	"encoding/json"
	"maps"
	"net/http"
	"sync"
	"time"
)

// Table counts names.
type Table struct {
	mu    sync.Mutex
	names map[string]int
}

// Count counts one.
func (t *Table) Count(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.names[name]++
}

// Forget drops one.
func (t *Table) Forget(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.names, name)
}

// Find looks one up.
func (t *Table) Find(name string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.names[name]
}

// All gives a copy, which is made too late.
func (t *Table) All() map[string]int {
	return maps.Clone(t.names) // want "the map `Table.names` is read without `Table.mu`"
}

// Snapshot gives a copy.
func (t *Table) Snapshot() map[string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.names)
}

// Clock counts seconds.
type Clock struct{ seen map[string]int }

// NewClock begins to count.
func NewClock() *Clock {
	c := &Clock{seen: map[string]int{}}
	go c.run()
	return c
}

func (c *Clock) run() {
	for {
		time.Sleep(time.Second)
		c.seen["ticks"]++ // want "the map `Clock.seen` is written by `..Clock..run` while `..Clock..Show` reads it"
	}
}

// Show writes what was counted.
func (c *Clock) Show(w http.ResponseWriter) error { return json.NewEncoder(w).Encode(c.seen) }
