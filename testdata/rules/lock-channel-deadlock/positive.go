// Package positive waits under locks for those who need them.
package positive

import (
	"sync"
	"sync/atomic"
)

type loop struct {
	mu   sync.RWMutex
	n    int
	quit chan struct{}
	done chan struct{}
}

func start() *loop {
	l := &loop{quit: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer func() { close(l.done) }()
		l.run()
	}()
	return l
}

func (l *loop) bump() {
	l.mu.Lock()
	l.n++
	l.mu.Unlock()
}

func (l *loop) run() {
	for {
		select {
		case <-l.quit:
			return
		default:
			l.bump()
		}
	}
}

func (l *loop) stop() {
	l.mu.RLock()
	defer l.mu.RUnlock()
	close(l.quit)
	<-l.done // want "this receives from `loop.done` while `l.mu` is held"
}

func (l *loop) stopInLiteral() {
	func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		<-l.done // want "this receives from `loop.done` while `l.mu` is held"
	}()
}

var (
	mu      sync.Mutex
	pending = make(chan int)
	total   int
)

func add(n int) {
	mu.Lock()
	pending <- n // want "this sends on `pending` while `mu` is held, and `collect` needs the lock"
	mu.Unlock()
}

func collect() {
	for n := range pending {
		mu.Lock()
		total += n
		mu.Unlock()
	}
}

// A flag that is taken back too early: the receiver needs the lock once more.
type early struct {
	mu    sync.Mutex
	busy  atomic.Bool
	rows  []int
	queue chan int
}

func (e *early) add(row int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.busy.Load() && len(e.rows) > 100 {
		e.busy.Store(true)
		e.queue <- len(e.rows) // want "`e.mu` is held, and `.+early..loop` needs the lock"
	}
	e.rows = append(e.rows, row)
}

func (e *early) loop() {
	for n := range e.queue {
		e.busy.Store(false)
		e.mu.Lock()
		e.rows = e.rows[n:]
		e.mu.Unlock()
	}
}

func newEarly() *early {
	e := &early{queue: make(chan int)}
	go e.loop()
	return e
}
