// Package negative locks what it looks into, or looks into what nobody else has.
package negative

import "sync"

type tally struct {
	mu    sync.Mutex
	total int
}

func (t *tally) add(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total += n
}

func (t *tally) sum() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total
}

// Both are locked.
func transfer(from, to *tally) {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()
	to.total += from.total
	from.total = 0
}

// The copy is new.
func (t *tally) clone() *tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	other := &tally{}
	other.total = t.total
	return other
}

// One after the other.
func (t *tally) merge(other *tally) {
	n := other.sum()
	t.mu.Lock()
	t.total += n
	t.mu.Unlock()
}

// What is put in is told under its own lock first.
func (t *tally) exceeds(other *tally) bool {
	return t.sum() > other.sum()
}
