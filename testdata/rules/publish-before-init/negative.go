// Package negative starts its goroutines last, or keeps them waiting.
package negative

import (
	"io"
	"time"
)

type hub struct {
	name  string
	notes []string
	in    chan int
}

func newHub(name string) *hub {
	h := &hub{in: make(chan int)}
	h.name = name
	go h.run()
	return h
}

func (h *hub) run() {
	for range h.in {
		println(h.name)
	}
}

// The goroutine doesn't look at what comes late.
func newNoted(note string) *hub {
	h := &hub{in: make(chan int)}
	go h.run()
	h.notes = append(h.notes, note)
	return h
}

// It gets its first message after the last write.
type lazy struct {
	size int
	in   chan int
}

func newLazy(size int) *lazy {
	l := &lazy{in: make(chan int, 1)}
	go l.run()
	l.size = size
	l.in <- 1
	return l
}

func (l *lazy) run() {
	for range l.in {
		println(l.size)
	}
}

// What the goroutine uses when it is sent for is there by then.
type cache struct {
	tasks   chan int
	latency []int
}

func newCache(n int) *cache {
	c := &cache{tasks: make(chan int)}
	go func() {
		for task := range c.tasks {
			c.latency[task]++
		}
	}()
	c.latency = make([]int, n)
	return c
}

func (c *cache) put(task int) { c.tasks <- task }

// The timer is stopped at once: it runs when somebody sets it.
type conn struct {
	slow *time.Timer
	late chan struct{}
}

func newConn() *conn {
	c := &conn{}
	c.slow = time.AfterFunc(time.Hour, func() { c.late <- struct{}{} })
	c.slow.Stop()
	c.late = make(chan struct{})
	return c
}

// It ends with what went wrong, and only then a goroutine cleans up.
type link struct {
	id   int
	gone chan struct{}
}

func (l *link) next() (int, error) {
	n, err := read()
	if err != nil {
		l.give()
		return 0, err
	}
	return n, nil
}

func (l *link) give() {
	go func() {
		defer close(l.gone)
		println("gone", l.id)
	}()
}

func newLink() (*link, error) {
	l := &link{gone: make(chan struct{})}
	for {
		n, err := l.next()
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return l, nil
		}
		l.id = n
	}
}

func read() (int, error) { return 0, io.EOF }
