// Package bag keeps a count beside its items, and reads it three ways. (Appendix EM)
package bag

import (
	"sync"
	"sync/atomic"
)

type guarded struct {
	mu    sync.Mutex
	items []string
	count int64
}

func (g *guarded) add(item string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.items = append(g.items, item)
	g.count++
}

func (g *guarded) drop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.items) > 0 {
		g.items = g.items[:len(g.items)-1]
		g.count--
	}
}

func (g *guarded) racy() int64 {
	return g.count // want "`guarded.count` is read without `guarded.mu`"
}

type converging struct {
	mu    sync.Mutex
	items []string
	count atomic.Int64
}

func (c *converging) add(item string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items = append(c.items, item)
	c.count.Add(1)
}

func (c *converging) len() int64 { return c.count.Load() }

type contents struct {
	items []string
	count int64
}

type consistent struct {
	state atomic.Pointer[contents]
}

func (c *consistent) add(item string) {
	for {
		old := c.state.Load()
		next := &contents{}
		if old != nil {
			next.items = append(next.items, old.items...)
		}
		next.items = append(next.items, item)
		next.count = int64(len(next.items))
		if c.state.CompareAndSwap(old, next) {
			return
		}
	}
}

func (c *consistent) look() ([]string, int64) {
	if s := c.state.Load(); s != nil {
		return s.items, s.count
	}
	return nil, 0
}
