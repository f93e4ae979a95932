// Package returns has functions that do what their annotations say, and others.
package returns

import "sync"

type tank struct {
	mu sync.RWMutex
	// +checklocks:mu
	level int
}

// +checklocksacquire:t.mu
func (t *tank) open() { t.mu.Lock() }

// +checklocksrelease:t.mu
func (t *tank) shut() { t.mu.Unlock() }

// +checklocksacquireread:t.mu
func (t *tank) look() { t.mu.RLock() }

// +checklocksreleaseread:t.mu
func (t *tank) leave() { t.mu.RUnlock() }

func (t *tank) Fill(n int) {
	t.open()
	defer t.shut()
	t.level += n
}

func (t *tank) Level() int {
	t.look()
	defer t.leave()
	return t.level
}

// +checklocksacquire:t.mu
func (t *tank) openIf(wanted bool) {
	if !wanted {
		return // want "`\\(\\*tank\\).openIf` returns without the lock: its annotation says that it takes it"
	}
	t.mu.Lock()
}

// +checklocks:t.mu
func (t *tank) drain() { // want "returns without the lock: its annotation says that it keeps it"
	t.level = 0
	t.mu.Unlock()
}

// +checklocks:t.mu
func (t *tank) pause(wait func()) {
	t.mu.Unlock()
	wait()
	t.mu.Lock()
}

// +checklocksrelease:t.mu
func (t *tank) shutLater() int {
	return t.level // want "returns with `t.mu` held, which its annotation says it gives back"
}

func (t *tank) keep() { // want "returns with `t.mu` held, and no annotation says so"
	t.mu.Lock()
}

func (t *tank) keepIf(wanted bool) { // want "returns with `t.mu` held on some ways, and no annotation says so"
	if wanted {
		t.mu.Lock()
	}
}

func (t *tank) holdWith() func() {
	t.mu.Lock()
	return t.mu.Unlock
}

func (t *tank) holdIn(later func(func())) {
	t.mu.Lock()
	later(func() { t.mu.Unlock() })
}

func (t *tank) fillIf(wanted bool) {
	if wanted {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.level++
	}
}

func (t *tank) lockLevel() { t.mu.Lock() }

// +checklocksignore
func (t *tank) forget() { t.mu.Lock() }

func (t *tank) excused(early bool) bool {
	t.mu.Lock()
	if early {
		return true // +checklocksforce: somebody else unlocks
	}
	t.mu.Unlock()
	return false
}

// +checklocksacquire:made.mu
func filled(n int) (made *tank) {
	made = &tank{}
	made.mu.Lock()
	made.level = n
	return made
}

// +checklocksacquire:made.mu
func empty() (made *tank) {
	return &tank{} // want "returns without `tank.mu` held, which its annotation says of the result"
}

// +checklocksacquire:t.mu
func (t *tank) assertOpen(other *tank) {
	if t != other {
		panic("another tank")
	}
}
