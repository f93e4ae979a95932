// Package onegoroutine has a lock that one goroutine alone takes.
package onegoroutine

import "sync"

type question struct {
	mu    sync.Mutex
	asked int
	count int
	done  chan bool
}

type desk struct {
	questions map[string]*question
	answers   chan string
}

func newDesk() *desk {
	d := &desk{questions: map[string]*question{}, answers: make(chan string)}
	go d.serve()
	return d
}

func (d *desk) serve() {
	for name := range d.answers {
		d.answered(name)
	}
}

func (d *desk) answered(name string) {
	q, ok := d.questions[name]
	if !ok {
		return
	}
	q.mu.Lock()
	q.count++
	q.mu.Unlock()
	if q.count == q.asked {
		q.done <- true
	}
}
