package showcase

import "sync"

// Clock counts by name.
type Clock struct {
	mu    sync.Mutex
	ticks map[string]int
}

// NewClock starts one.
func NewClock() *Clock {
	c := &Clock{ticks: map[string]int{}}
	go c.Tick("start")
	return c
}

// tickLocked is called with c.mu held.
func (c *Clock) tickLocked(name string) { c.ticks[name]++ }

// Tick counts a name.
func (c *Clock) Tick(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tickLocked(name)
}

// Ticks tells how often a name was counted.
func (c *Clock) Ticks(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ticks[name]
}

// Forget lacks the lock.
func (c *Clock) Forget(name string) {
	delete(c.ticks, name)
}
