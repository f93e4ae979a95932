// Package taken has helpers of a method that takes the lock itself, and gives it back before.
package taken

import "sync"

// Backend is set up again whenever something changes.
type Backend struct {
	mu      sync.Mutex
	blocked bool   // guarded by mu
	mode    string // guarded by mu
}

// New has a backend that follows changes.
func New(changes <-chan bool) *Backend {
	b := &Backend{}
	go b.follow(changes)
	return b
}

func (b *Backend) follow(changes <-chan bool) {
	for blocked := range changes {
		b.mu.Lock()
		b.blocked = blocked
		b.mu.Unlock()
		b.configure()
	}
}

// Use chooses a mode.
func (b *Backend) Use(mode string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.setLocked(mode)
	b.apply(mode)
}

// Reset goes back to the first mode.
func (b *Backend) Reset() {
	b.mu.Lock()
	b.setLocked("")
	b.mu.Unlock()
	b.configure()
}

func (b *Backend) setLocked(mode string) {
	if mode == "none" {
		b.mode = ""
	} else {
		b.mode = mode
	}
}

func (b *Backend) apply(mode string) {
	if mode == "now" {
		b.mu.Unlock()
		b.configure()
		b.mu.Lock()
	}
}

func (b *Backend) configure() {
	b.mu.Lock()
	blocked := b.blocked
	b.mu.Unlock()
	if !blocked {
		b.install()
	}
}

func (b *Backend) install() {
	if b.mode != "" { // want "`Backend.mode` is read without `Backend.mu`"
		println("mode", b.mode)
	}
}
