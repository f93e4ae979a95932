// Package positive tests without the lock first.
package positive

import "sync"

type table struct {
	mu   sync.RWMutex
	rows map[string]int
	open bool
	size int
}

// The lock is let go again at once.
func (t *table) all() map[string]int {
	if t.rows == nil { // want "`table.rows` is tested without `t.mu`"
		t.mu.Lock()
		if t.rows == nil {
			t.rows = map[string]int{}
		}
		t.mu.Unlock()
	}
	return t.rows
}

// Two conditions in one.
func (t *table) ensure(force bool) {
	if t.open && !force { // known-fn: one way leads to the lock with the flag set
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open {
		return
	}
	t.open = true
}

// A lock reached through a pointer of its own.
func (t *table) count() int {
	mu := &t.mu
	if t.size != 0 { // want "`table.size` is tested without `t.mu`"
		return t.size
	}
	mu.Lock()
	defer mu.Unlock()
	if t.size == 0 {
		t.size = len(t.rows)
	}
	return t.size
}
