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
