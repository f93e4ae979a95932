// Package negative swaps, or has nothing to lose.
package negative

import (
	"sync"
	"sync/atomic"
)

type conn struct {
	mu     sync.Mutex
	closed atomic.Bool
	state  atomic.Int32
	warned atomic.Bool
	done   chan struct{}
	log    func(string)
}

func (c *conn) close() {
	if !c.closed.Swap(true) {
		close(c.done)
	}
}

func (c *conn) next() bool { return c.state.CompareAndSwap(0, 1) }

// To warn twice is no harm.
func (c *conn) warn() {
	if !c.warned.Load() {
		c.warned.Store(true)
		c.log("slow")
	}
}

type guarded struct {
	mu     sync.Mutex
	closed atomic.Bool
	done   chan struct{}
}

func (g *guarded) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed.Load() {
		return
	}
	g.closed.Store(true)
	close(g.done)
}

// One goroutine alone.
type loop struct {
	busy atomic.Bool
	quit chan struct{}
	in   chan int
}

func (l *loop) start() { go l.run() }

func (l *loop) run() {
	for range l.in {
		if !l.busy.Load() {
			l.busy.Store(true)
			close(l.quit)
		}
	}
}

// How the work that was begun went is noted; nobody is kept out by that.
type stream struct {
	broken atomic.Bool
	send   func() error
}

func (s *stream) Send() error {
	if s.broken.Load() {
		return nil
	}
	done := make(chan error, 1)
	go func() { done <- s.send() }()
	err := <-done
	if err != nil {
		s.broken.Store(true)
	}
	return err
}

func (s *stream) Break() { s.broken.Store(true) }

// What was taken out of the map before it is sent is its receiver's.
type hub struct {
	mu      sync.Mutex
	members map[string]*member
	gone    chan *member
}

type member struct {
	active atomic.Bool
	in     chan int
}

func (h *hub) begin() { go h.bury() }

func (h *hub) remove(name string) {
	h.mu.Lock()
	one := h.members[name]
	delete(h.members, name)
	h.mu.Unlock()
	h.gone <- one
}

func (h *hub) bury() {
	for one := range h.gone {
		if one.active.Load() {
			close(one.in)
			one.active.Store(false)
		}
	}
}

func (h *hub) shut(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if one := h.members[name]; one != nil && one.active.Load() {
		close(one.in)
		one.active.Store(false)
	}
}

func (h *hub) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, one := range h.members {
		if one.active.Load() {
			close(one.in)
			one.active.Store(false)
		}
		delete(h.members, name)
	}
}

// What a field has is written whether the flag was set or not.
type Meter struct {
	begun atomic.Bool
	warm  atomic.Bool
	mu    sync.Mutex
	last  string
	show  func(string)
}

func (m *Meter) Note(text string) {
	if !m.begun.Load() {
		m.begun.Store(true)
	}
	m.mu.Lock()
	m.last = text
	m.mu.Unlock()
}

// To show it twice is no harm.
func (m *Meter) Run() error {
	if m.warm.Load() {
		return nil
	}
	m.warm.Store(true)
	m.show("warm")
	return nil
}

// Whoever asks is told the same.
func (m *Meter) Warm(level int) bool {
	if m.warm.Load() {
		return true
	}
	if level > 3 {
		m.warm.Store(true)
		return true
	}
	return false
}

// Only one call takes the channel out under the lock, and that one closes it.
type Cluster struct {
	up   atomic.Bool
	mu   sync.Mutex
	quit chan struct{}
}

func (c *Cluster) Begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.quit = make(chan struct{})
	c.up.Store(true)
}

func (c *Cluster) End() {
	if !c.up.Load() {
		return
	}
	c.up.Store(false)
	c.mu.Lock()
	quit := c.quit
	c.quit = nil
	c.mu.Unlock()
	if quit != nil {
		close(quit)
	}
}
