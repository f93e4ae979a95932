// Package forms has the other forms in which comments name a lock.
package forms

import "sync"

type board struct {
	mu    sync.Mutex
	score int // GUARDED_BY(mu)
	// @GuardedBy("mu")
	round int
	// mu must be held.
	turn int
	// mu must be held when calling it.
	onEnd func()
	// GUARDED_BY(rules)
	limit int
}

func (b *board) win() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.score++
	b.round++
	b.turn = b.limit
}

func (b *board) lose() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.score--
	b.round++
	b.turn = 0
}

func (b *board) points() int { return b.score } // want "`board.score` is read without `board.mu`"

func (b *board) rounds() int { return b.round } // want "`board.round` is read without `board.mu`"

func (b *board) whose() int { return b.turn } // want "`board.turn` is read without `board.mu`"

func (b *board) ends() bool { return b.onEnd != nil && b.limit > 0 }

type table struct {
	mu sync.Mutex
	// mu protects rows and marks.
	rows, marks int
	// Nobody protects hints.
	hints int
}

func (t *table) fill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows++
	t.marks++
	t.hints++
}

func (t *table) empty() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows = 0
	t.marks = 0
}

func (t *table) size() int { return t.rows } // want "`table.rows` is read without `table.mu`"

func (t *table) marked() int { return t.marks } // want "`table.marks` is read without `table.mu`"

func (t *table) hinted() int { return t.hints }

type ledger struct {
	owner string

	mu      sync.Mutex // Guards everything below.
	balance int        // In cents.
	entries int
}

func (l *ledger) book(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.balance += n
	l.entries++
}

func (l *ledger) undo(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.balance -= n
	l.entries--
}

func (l *ledger) sum() int { return l.balance } // want "`ledger.balance` is read without `ledger.mu`"

func (l *ledger) name() string { return l.owner }
