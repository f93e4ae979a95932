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
