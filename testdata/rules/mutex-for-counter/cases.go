// Package cases guards numbers.
package cases

import "sync"

type counter struct {
	mu sync.Mutex
	n  int64
}

func (c *counter) inc() {
	c.mu.Lock()
	c.n++ // want "`counter.mu` guards nothing but the counter `counter.n`"
	c.mu.Unlock()
}

func (c *counter) add(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
}

func (c *counter) get() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// It is reset, too.
type resettable struct {
	mu sync.Mutex
	n  int
}

func (r *resettable) inc() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
}

func (r *resettable) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n = 0
}

func (r *resettable) get() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}

// A list beside the number.
type list struct {
	mu    sync.Mutex
	n     int
	items []string
}

func (l *list) add(item string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	l.items = append(l.items, item)
}

func (l *list) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

type level int16

// What is read is what the number was, whatever the atomic holds.
type gauge struct {
	// mu guards current.
	mu      sync.RWMutex
	current level
}

func (g *gauge) lower(by, times int16) {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.current -= level(by * times) // want "`gauge.mu` guards nothing but the counter `gauge.current`"
}

func (g *gauge) raise(a, b level) {
	g.mu.Lock()
	g.current += a*b + 1
	g.mu.Unlock()
}

func (g *gauge) double() level {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return 2 * g.current
}

// What it was before the count is told, too: the lock keeps the two together.
type ticket struct {
	mu   sync.Mutex
	last int
}

func (t *ticket) next() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++ // want "`ticket.mu` guards nothing but the counter `ticket.last`"
	return t.last
}

func (t *ticket) seen() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

// The lock is there for the writer, too.
type log struct {
	mu sync.Mutex
	n  int
}

func (l *log) note(write func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	write()
}

func (l *log) count() {
	l.mu.Lock()
	l.n++
	l.mu.Unlock()
}

func (l *log) noted() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}
