// Package left_early looks under a lock, and writes when it has given it back.
package left_early

import "sync"

type quota struct{ size int }

// Link has a quota as soon as the other side has set one.
type Link struct {
	mu    sync.Mutex
	quota *quota
	size  int
}

// Settle sets the quota.
func (l *Link) Settle(size int) {
	l.mu.Lock()
	none := l.quota == nil
	l.size = size
	l.mu.Unlock()
	if none {
		l.quota = &quota{size: size} // want "`Link.quota` is written without `Link.mu`, which is held where that was decided"
	}
}

// Limited tells whether there is a quota.
func (l *Link) Limited() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.quota != nil
}

// --- nobody else looks under the lock

// Lone is one goroutine's.
type Lone struct {
	mu    sync.Mutex
	quota *quota
	size  int
}

// Settle sets the quota.
func (l *Lone) Settle(size int) {
	l.mu.Lock()
	none := l.quota == nil
	l.size = size
	l.mu.Unlock()
	if none {
		l.quota = &quota{size: size}
	}
}

// Limited tells whether there is a quota.
func (l *Lone) Limited() bool { return l.quota != nil }

// --- what decides is something else

// Other is set on the word of another field.
type Other struct {
	mu    sync.Mutex
	quota *quota
	size  int
}

// Settle sets the quota.
func (o *Other) Settle(size int) {
	o.mu.Lock()
	old := o.quota
	large := o.size > size
	o.mu.Unlock()
	if large && old != nil {
		println(old.size)
	}
}

// Limited tells whether there is a quota.
func (o *Other) Limited() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.quota != nil
}
