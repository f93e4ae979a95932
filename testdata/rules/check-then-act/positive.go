// Package positive acts on what it loaded a moment ago.
package positive

import (
	"errors"
	"net"
	"sync/atomic"
)

type Conn struct {
	state   atomic.Int32
	running uint32
	done    chan struct{}
	in      chan int
}

// The action comes before the store.
func (c *Conn) Shut() {
	if c.state.Load() == 0 {
		close(c.done)
		c.state.Store(1) // want "`Conn.state` is stored after a test of it"
	}
}

// The function form, and an early return.
func (c *Conn) Run() {
	if atomic.LoadUint32(&c.running) != 0 {
		return
	}
	atomic.StoreUint32(&c.running, 1) // want "`Conn.running` is stored after a test of it"
	go func() {
		for range c.in {
		}
	}()
}

type Gate struct {
	shut atomic.Bool
	ch   chan int
}

// A helper closes.
func (g *Gate) Close() {
	if g.shut.Load() {
		return
	}
	g.shut.Store(true) // want "`Gate.shut` is stored after a test of it"
	g.release()
}

func (g *Gate) release() { close(g.ch) }

var errStarted = errors.New("is started")

// Server listens for one starter.
type Server struct {
	started atomic.Bool
	opened  atomic.Bool
	names   map[string]int
	serve   func(net.Listener)
}

// A step between the store and the goroutine may fail.
func (s *Server) Start(address string) error {
	if s.started.Load() {
		return errStarted
	}
	s.started.Store(true) // want "`Server.started` is stored after a test of it"
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go s.serve(listener)
	return nil
}

// Two would make what the first one made.
func (s *Server) Open() error {
	if s.opened.Load() {
		return errStarted
	}
	s.opened.Store(true) // want "`Server.opened` is stored after a test of it"
	s.names = map[string]int{}
	return nil
}

// Who is told that it was the first goes on alone.
func (s *Server) TryOpen() bool {
	if s.opened.Load() {
		return false
	}
	s.opened.Store(true) // want "`Server.opened` is stored after a test of it"
	return true
}
