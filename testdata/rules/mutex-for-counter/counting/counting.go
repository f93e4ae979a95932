// Package counting counts in parallel, before and after it is mended.
package counting

import "sync"

type level int16

type gauge struct {
	// mu guards current.
	mu      sync.Mutex
	current level
	name    string
}

func (g *gauge) Raise() {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.current++ // want "`gauge.mu` guards nothing but the counter `gauge.current`"
}

func (g *gauge) Lower(by level) {
	g.mu.Lock()
	g.current -= by
	g.mu.Unlock()
}

func (g *gauge) Read() level {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.current
}

var (
	mu    sync.RWMutex
	total uint8
)

func Add(n int) {
	mu.Lock()
	total += uint8(n) // want "`mu` guards nothing but the counter `total`"
	mu.Unlock()
}

func Sum() int {
	mu.RLock()
	defer mu.RUnlock()
	return int(total)
}

var (
	// countMu guards count.
	countMu sync.Mutex
	count   int
	first   string // of them all
)

func Count() {
	countMu.Lock()
	count++ // want "`countMu` guards nothing but the counter `count`"
	countMu.Unlock()
}

func Counted() int {
	countMu.Lock()
	defer countMu.Unlock()
	return count
}

func First() string { return first }
