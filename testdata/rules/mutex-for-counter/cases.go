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
