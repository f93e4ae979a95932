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

// Another item of the same array.
type buckets struct {
	mu     sync.Mutex
	counts [8]atomic.Int64
}

func (b *buckets) hit(i int) { b.counts[i].Add(1) }

func (b *buckets) shift(by int) {
	for i := len(b.counts) - 1 - by; i >= 0; i-- {
		b.counts[i+by].Store(b.counts[i].Load())
	}
}

// Two fields of one type: only one of them has another writer.
type span struct{ seq atomic.Uint64 }

type log struct {
	mu          sync.Mutex
	first, last span
}

func (l *log) append() { l.last.seq.Add(1) }

func (l *log) trim(to uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first.seq.Store(max(to, l.first.seq.Load()))
}

func (l *log) bounds() (uint64, uint64) { return l.first.seq.Load(), l.last.seq.Load() }

// Which of two objects is meant isn't sure, nor which lock: it is the same one.
type node struct {
	mu sync.Mutex
	n  atomic.Int64
}

type tree struct{ left, right *node }

func (t *tree) grow(right bool) {
	at := t.left
	if right {
		at = t.right
	}
	at.mu.Lock()
	defer at.mu.Unlock()
	at.n.Store(at.n.Load() + 1)
}

func (t *tree) shrink(right bool) {
	at := t.left
	if right {
		at = t.right
	}
	at.mu.Lock()
	at.n.Store(at.n.Load() - 1)
	at.mu.Unlock()
}

// A constructor's helper has the object to itself.
func (m *meter) restore(from int64) {
	m.high.Store(from)
	if m.high.Load() < 0 {
		m.high.Store(-m.high.Load())
	}
}

func restored(from int64) *meter {
	m := &meter{}
	m.restore(from)
	return m
}

// --- a copy that has a pointer of its own

type chain struct {
	links []int
	first int
}

type chained struct {
	mu    *sync.Mutex
	state *atomic.Pointer[chain]
}

func (c *chained) Add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.state.Load()
	next := &chain{links: make([]int, len(old.links)+1), first: old.first}
	copy(next.links, old.links)
	next.links[len(old.links)] = n
	c.state.Store(next)
}

func (c *chained) Clone() chained {
	old := c.state.Load()
	next := &chain{links: old.links, first: old.first}
	clone := chained{mu: new(sync.Mutex), state: new(atomic.Pointer[chain])}
	clone.state.Store(next)
	return clone
}

// --- one writer fills a buffer, and tells readers how far

type page struct {
	filled atomic.Int32
	bytes  [4096]byte
}

type journal struct {
	page *page
}

func (j *journal) Append(data []byte) {
	p := j.page
	at := p.filled.Load()
	n := copy(p.bytes[at:], data)
	p.filled.Store(at + int32(n))
}

func (j *journal) Mark(sign byte) {
	p := j.page
	at := p.filled.Load()
	p.bytes[at] = sign
	p.filled.Store(at + 1)
}

func (j *journal) Size() int {
	return int(j.page.filled.Load())
}
