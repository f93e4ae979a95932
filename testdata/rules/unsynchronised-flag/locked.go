// Package locked sets flags under a lock that not everybody takes.
package locked

import (
	"net"
	"sync"
	"time"
)

// Acceptor is closed under a lock that its loop doesn't take.
type Acceptor struct {
	closeMu  sync.Mutex
	closed   bool
	stopped  bool
	listener net.Listener
}

func NewAcceptor(listener net.Listener) *Acceptor {
	a := &Acceptor{listener: listener}
	go a.accept()
	go a.watch()
	return a
}

func (a *Acceptor) Close() error {
	a.closeMu.Lock()
	defer a.closeMu.Unlock()
	a.closed = true
	a.stopped = true
	return a.listener.Close()
}

func (a *Acceptor) accept() {
	for {
		conn, err := a.listener.Accept()
		if err != nil {
			if a.closed { // want "`Acceptor.closed` is read here without the lock under which `.*Close` sets it"
				return
			}
			continue
		}
		conn.Close()
	}
}

// The loop takes the lock.
func (a *Acceptor) watch() {
	for !a.isStopped() {
		conn, err := a.listener.Accept()
		if err == nil {
			conn.Close()
		}
	}
}

func (a *Acceptor) isStopped() bool {
	a.closeMu.Lock()
	defer a.closeMu.Unlock()
	return a.stopped
}

// Greeter says again and again what others may change under a lock that it doesn't take.
type Greeter struct {
	mu   sync.Mutex
	text string
}

func (g *Greeter) SetText(text string) {
	g.mu.Lock()
	g.text = text
	g.mu.Unlock()
}

func (g *Greeter) Start(say func(string)) {
	go func() {
		for {
			time.Sleep(time.Second)
			say(g.text) // want "`Greeter.text` is read here without the lock under which `..Greeter..SetText` sets it"
		}
	}()
}

// Painter reads once, as it begins: what is set is set before.
type Painter struct {
	mu     sync.Mutex
	colour string
}

func (p *Painter) SetColour(colour string) {
	p.mu.Lock()
	p.colour = colour
	p.mu.Unlock()
}

func (p *Painter) Start(paint func(string)) { go paint(p.colour) }

// Lease ends by a timer that is set with it, whose function takes the lock.
type Lease struct {
	mu    sync.Mutex
	timer *time.Timer
	until time.Time
	over  bool
	why   string
}

func NewLease(d time.Duration) *Lease {
	l := &Lease{until: time.Now().Add(d)}
	l.timer = time.AfterFunc(d, l.end)
	return l
}

func (l *Lease) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().After(l.until) {
		l.over = true
		l.why = "time"
	}
}

func (l *Lease) Extend(d time.Duration) {
	l.until = time.Now().Add(d) // want "`Lease.until` is written here and read by `..Lease..end` on another goroutine"
	l.timer.Reset(d)
}

func (l *Lease) Over() bool {
	return l.over // want "`Lease.over` is read here without the lock under which `..Lease..end` sets it"
}

func (l *Lease) Why() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.why
}

// Fetch tells when it has ended: who asks has waited.
type Fetch struct {
	mu     sync.Mutex
	ended  chan struct{}
	result string
}

func NewFetch(get func() string) *Fetch {
	f := &Fetch{ended: make(chan struct{})}
	go f.run(get)
	return f
}

func (f *Fetch) run(get func() string) {
	defer close(f.ended)
	result := get()
	f.mu.Lock()
	f.result = result
	f.mu.Unlock()
}

func (f *Fetch) Ended() <-chan struct{} { return f.ended }

func (f *Fetch) Result() string { return f.result }

// Refreshed notes the time when it has given the lock back.
type Refreshed struct {
	mu    sync.RWMutex
	items map[string]string
	last  time.Time
	since time.Time
}

func NewRefreshed(load func() map[string]string) *Refreshed {
	r := &Refreshed{items: map[string]string{}}
	go func() {
		for range time.Tick(time.Minute) {
			items := load()
			r.mu.Lock()
			r.items = items
			r.since = time.Now()
			r.mu.Unlock()
			r.last = time.Now() // want "`Refreshed.last` is written here and read by `.*Age`"
		}
	}()
	return r
}

func (r *Refreshed) Get(key string) (string, time.Time) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.items[key], r.since
}

func (r *Refreshed) Age() time.Duration {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return time.Since(r.last)
}
