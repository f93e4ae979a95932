// Package positive leaves with locks in its pockets.
package positive

import (
	"errors"
	"sync"
)

type entry struct {
	mu    sync.Mutex
	value int
}

type table struct {
	mu      sync.RWMutex
	stripes [8]sync.Mutex
	entries map[string]*entry
	list    []*entry
	total   int
}

var (
	global sync.Mutex
	count  int
)

func (t *table) lock()   { t.mu.Lock() }
func (t *table) unlock() { t.mu.Unlock() }

func early(n int) error {
	global.Lock()
	if n < 0 {
		return errors.New("negative") // want "`global` is still locked when the function returns here"
	}
	count += n
	global.Unlock()
	return nil
}

func (t *table) throughHelpers(n int) bool {
	t.lock()
	if n == 0 {
		return false // want "`t.mu` is still locked"
	}
	t.unlock()
	return true
}

func (t *table) reader(key string) *entry {
	t.mu.RLock()
	e, ok := t.entries[key]
	if !ok {
		return nil // want "`t.mu` is still locked"
	}
	t.mu.RUnlock()
	return e
}

func (t *table) inSwitch(n int) {
	t.mu.Lock()
	switch n {
	case 0:
		return // want "still locked"
	case 1:
		t.total++
	}
	t.mu.Unlock()
}

func (t *table) outOfLoop(keys []string) int {
	for _, key := range keys {
		t.mu.Lock()
		if _, ok := t.entries[key]; ok {
			return 1 // want "still locked"
		}
		t.mu.Unlock()
	}
	return 0
}

func (t *table) stripe(i int, f func() bool) bool {
	t.stripes[i].Lock()
	if f() {
		return true // want "still locked"
	}
	t.stripes[i].Unlock()
	return false
}

func (t *table) item(key string) int {
	e := t.entries[key]
	e.mu.Lock()
	if e.value < 0 {
		return 0 // want "`.*mu` is still locked"
	}
	defer e.mu.Unlock()
	return e.value
}

func (t *table) second() error {
	t.mu.Lock()
	global.Lock()
	if count == 0 {
		t.mu.Unlock()
		return errors.New("none") // want "`global` is still locked"
	}
	global.Unlock()
	t.mu.Unlock()
	return nil
}

func (t *table) each(visit func(*entry) bool) {
	for _, e := range t.list {
		e.mu.Lock()
		if e.value == 0 {
			continue // want "is still locked when the next turn of the loop begins"
		}
		visit(e)
		e.mu.Unlock()
	}
}

func (t *table) retry(try func() error) {
	for {
		t.mu.Lock()
		if err := try(); err != nil {
			t.total--
			continue // want "`t.mu` is still locked when the next turn of the loop begins"
		}
		t.mu.Unlock()
		return
	}
}

func (t *table) inLiteral() func() int {
	return func() int {
		t.mu.Lock()
		if t.total == 0 {
			return 0 // want "still locked"
		}
		t.mu.Unlock()
		return t.total
	}
}

func (t *table) attempt() bool {
	if !t.mu.TryLock() {
		return false
	}
	if t.total == 0 {
		return false // want "still locked"
	}
	t.mu.Unlock()
	return true
}

func (t *table) nested(n int) {
	t.mu.Lock()
	if n > 0 {
		if n > 1 {
			t.mu.Unlock()
		}
	} else {
		t.mu.Unlock()
	}
} // want "`t.mu` is still locked on some way to this return"

func (e *entry) setLater(n int) {
	defer e.mu.Lock() // want "`e.mu` is locked when the function returns, and nobody gives it back"
	e.value = n
}

// What was given up is taken again.
func (e *entry) apart(work func()) {
	defer e.mu.Lock()
	e.mu.Unlock()
	work()
}

// A mistake of its own: `Lock` is deferred in the place of `Unlock`.
func (e *entry) setTwice(n int) {
	e.mu.Lock()
	defer e.mu.Lock()
	e.value = n
}
