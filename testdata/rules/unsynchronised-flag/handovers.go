// Package handovers takes the lock too late, or looks at nothing that was told under it.
package handovers

import (
	"sync"
	"time"
)

// Batcher sends what it has when its timer fires.
type Batcher struct {
	mu    sync.Mutex
	items []string
	timer *time.Timer
	flush func([]string)
}

func (b *Batcher) Add(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.items = append(b.items, s)
	if b.timer == nil {
		b.timer = time.AfterFunc(time.Second, b.fire)
	}
}

func (b *Batcher) fire() {
	items := b.items // want "`Batcher.items` is read here without the lock"
	b.items = nil
	b.mu.Lock()
	b.timer = nil
	b.mu.Unlock()
	b.flush(items)
}

// Collector only adds to what is there when no timer runs any more.
type Collector struct {
	mu    sync.Mutex
	items []string
	timer *time.Timer
	flush func([]string)
}

func (c *Collector) Start(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer == nil {
		c.items = append(c.items, s)
		c.timer = time.AfterFunc(time.Second, c.fire)
	}
}

func (c *Collector) fire() {
	items := c.items
	c.items = nil
	c.mu.Lock()
	c.timer = nil
	c.mu.Unlock()
	c.flush(items)
}
