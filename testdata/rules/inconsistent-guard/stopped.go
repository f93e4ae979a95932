// Package stopped has loops that ask a flag under a lock.
package stopped

import (
	"sync"
	"time"
)

type worker struct {
	mu      sync.Mutex
	running bool
	turns   int
}

func (w *worker) Start() {
	w.mu.Lock()
	w.running = true
	w.mu.Unlock()
	go w.loop()
}

func (w *worker) loop() {
	for {
		w.mu.Lock()
		if !w.running {
			w.mu.Unlock()
			return
		}
		w.turns++
		w.mu.Unlock()
		time.Sleep(time.Millisecond)
	}
}

func (w *worker) Stop() {
	w.running = false // want "`worker.running` is written without `worker.mu`"
}

// Breaker has one function that uses the lock: two calls of it meet.
type Breaker struct {
	mu       sync.Mutex
	failures int
	opened   time.Time
	open     bool
}

func (b *Breaker) Do(f func() error) error {
	if b.open && time.Since(b.opened) < time.Minute { // want "`Breaker.open` is read without" "`Breaker.opened` is read without"
		return nil
	}
	err := f()
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.failures++
		b.open = b.failures > 5
		b.opened = time.Now()
		return err
	}
	b.failures = 0
	b.open = false
	return nil
}

// Catalogue is added to at any time.
type Catalogue struct {
	mu    sync.Mutex
	names map[string]bool
	order []string
	title string
}

func (c *Catalogue) Add(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names[name] = true
	c.order = append(c.order, name)
}

func (c *Catalogue) Has(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.names[name]
}

func (c *Catalogue) Names() []string {
	return c.order // want "`Catalogue.order` is read without `Catalogue.mu`"
}

func (c *Catalogue) Open(title string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.title = title
}

// Title is set once, when it is opened.
func (c *Catalogue) Title() string { return c.title }
