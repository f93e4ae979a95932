// Package positive waits under locks for those who need them.
package positive

import "sync"

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
