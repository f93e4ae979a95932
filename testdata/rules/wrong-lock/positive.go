// Package positive locks one object and looks into another of the same type.
package positive

import "sync"

type tally struct {
	mu     sync.Mutex
	total  int
	byName map[string]int
}

func (t *tally) add(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total++
	t.byName[name]++
}

func (t *tally) sum() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total + len(t.byName)
}

// Its own lock keeps nobody away from the other one.
func (t *tally) merge(other *tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total += other.total // want "`tally.total` is read under `tally.mu` of another object, not of its own"
	for name, count := range other.byName {
		t.byName[name] += count
	}
}

type board struct {
	tallies map[*tally]bool
}

// It keeps others away from each but its own.
func (b *board) absorb(own *tally) {
	for each := range b.tallies {
		each.mu.Lock()
		if each.total < own.total { // want "`tally.total` is read under `tally.mu` of another object"
			each.total = 0
		}
		each.mu.Unlock()
	}
}
