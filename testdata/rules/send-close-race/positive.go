// Package positive closes channels that others may be about to use.
package positive

import (
	"net/http"
	"sync"
	"sync/atomic"
)

type bus struct {
	mu     sync.Mutex
	down   bool
	closed atomic.Bool
	events chan string
	sub    *subscription
}

type subscription struct {
	ch chan int
}

func newBus() *bus { return &bus{events: make(chan string, 8), sub: &subscription{ch: make(chan int)}} }

func (b *bus) emit(event string) {
	if !b.closed.Load() {
		b.events <- event
	}
}

func (b *bus) emitLater(event string) {
	go func() {
		if b.closed.Load() {
			return
		}
		b.events <- event
	}()
}

func (b *bus) stop() {
	b.closed.Store(true)
	close(b.events) // want "`bus.events` is closed here while `.*emit` may still send to it"
}

// The channel is read under the lock, and used without it.
func (b *bus) notify(n int) {
	b.mu.Lock()
	var ch chan int
	if b.sub != nil {
		ch = b.sub.ch
	}
	b.mu.Unlock()
	if ch != nil {
		ch <- n // want "`subscription.ch` is sent to here while `.*unsubscribe` may close it"
	}
}

func (b *bus) unsubscribe() {
	b.mu.Lock()
	defer b.mu.Unlock()
	ch := b.sub.ch
	b.sub = nil
	close(ch)
}

type gate struct{ open chan struct{} }

func (g *gate) handle(w http.ResponseWriter, _ *http.Request) {
	g.release()
	w.WriteHeader(http.StatusOK)
}

func (g *gate) release() {
	select {
	case <-g.open:
		return
	default:
		close(g.open) // want "`gate.open` may be closed by two goroutines at once"
	}
}

// The flag tells of one of the two goroutines.
func halfListed(list func(func(string)), skip bool, use func(string)) {
	found := make(chan string, 10)
	started := false
	go func() {
		found <- "all"
	}()
	if !skip {
		started = true
		go func() {
			list(func(s string) { found <- s })
		}()
	}
	if !started {
		close(found) // want "is closed here while a goroutine may still send to it"
	}
	for each := range found {
		use(each)
	}
}
