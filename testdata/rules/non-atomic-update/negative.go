// Package negative updates atomics in one step, or where nobody else does.
package negative

import (
	"sync"
	"sync/atomic"
	"time"
)

type meter struct {
	n      atomic.Int64
	high   atomic.Int64
	mu     sync.Mutex
	locked atomic.Int64
	other  atomic.Int64
	list   atomic.Pointer[[]string]
}

func (m *meter) inc() { m.n.Add(1) }

func (m *meter) raise(to int64) {
	for {
		cur := m.high.Load()
		if to <= cur || m.high.CompareAndSwap(cur, to) {
			return
		}
	}
}

func (m *meter) incLocked() { m.locked.Store(m.locked.Load() + 1) }

func (m *meter) underLock() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.incLocked()
}

func (m *meter) reader() int64 { return m.locked.Load() }

// Another location.
func (m *meter) derive() { m.other.Store(m.n.Load() / 2) }

// Copy-on-write done right.
func (m *meter) add(s string) {
	for {
		old := m.list.Load()
		var list []string
		if old != nil {
			list = append(list, *old...)
		}
		list = append(list, s)
		if m.list.CompareAndSwap(old, &list) {
			return
		}
	}
}

type poller struct {
	rounds atomic.Int64
	stop   chan struct{}
}

// The only writer is the goroutine that the constructor starts.
func newPoller() *poller {
	p := &poller{stop: make(chan struct{})}
	go func() {
		for {
			select {
			case <-p.stop:
				return
			case <-time.After(time.Second):
				p.rounds.Store(p.rounds.Load() + 1)
			}
		}
	}()
	return p
}

func (p *poller) count() int64 { return p.rounds.Load() }

// Before publication.
func newMeter(start int64) *meter {
	m := &meter{}
	m.n.Store(start)
	m.n.Store(m.n.Load() + 1)
	return m
}
