// Package negative tests under a lock, or atomically, or what nobody else has.
package negative

import (
	"sync"
	"sync/atomic"
)

type table struct {
	mu    sync.RWMutex
	rows  map[string]int
	open  atomic.Bool
	limit int
	size  int
}

// Both looks are under the lock.
func (t *table) all() map[string]int {
	t.mu.RLock()
	rows := t.rows
	t.mu.RUnlock()
	if rows != nil {
		return rows
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows == nil {
		t.rows = map[string]int{}
	}
	return t.rows
}

func (t *table) ensure() {
	if t.open.Load() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.open.Load() {
		t.open.Store(true)
	}
}

// What is tested first is never written under the lock.
func (t *table) grow() {
	if t.limit == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.size < t.limit {
		t.size++
	}
}

// A new object.
func newTable(fill bool) *table {
	t := &table{}
	if t.rows == nil && fill {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.rows == nil {
			t.rows = map[string]int{}
		}
	}
	return t
}

// It asks for another thing under the lock: whoever writes it alone need not take that to read it.
type view struct {
	mu   sync.Mutex
	last int
}

func (v *view) look(next func() int) {
	number := next()
	if number == v.last {
		return
	}
	v.mu.Lock()
	if number < v.last {
		v.last = 0
	}
	v.mu.Unlock()
}
