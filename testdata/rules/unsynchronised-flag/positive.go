// Package positive shares fields between goroutines that nothing orders.
package positive

import (
	"net"
	"time"
)

type server struct {
	in      chan string
	last    string
	failed  error
	stopped bool
	turns   int
}

// Serve is started through a literal.
func Serve(in chan string) *server {
	s := &server{in: in}
	s.watch()
	go func() {
		s.loop()
	}()
	return s
}

func (s *server) loop() {
	for line := range s.in {
		s.last = line // want "`server.last` is written here and read by `..server..report` on another goroutine"
	}
}

func (s *server) watch() {
	time.AfterFunc(time.Second, s.report)
	go s.drain()
}

func (s *server) report() { println(s.last) }

func (s *server) drain() {
	for range s.in {
	}
}

// Mirror starts two goroutines on one object.
type Mirror struct {
	in, out chan int
	pending int
}

func (m *Mirror) Run() {
	go m.read()
	go m.write()
}

func (m *Mirror) read() {
	for range m.in {
		m.pending++ // want "`Mirror.pending` is written here"
	}
}

func (m *Mirror) write() {
	for range m.out {
		m.pending--
	}
}

// Poller polls what Stop sets.
type Poller struct{ stop bool }

func (p *Poller) Start() { go p.run() }

func (p *Poller) run() {
	for {
		if p.stop {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func (p *Poller) Close() { p.Stop() }

func (p *Poller) Stop() { p.stop = true } // want "`Poller.stop` is written here and read by `..Poller..run`"

// What one function does to several fields is told once.
type screen struct {
	mac, address string
}

func show(find func() (string, string)) *screen {
	s := &screen{}
	for range 2 {
		go s.update(find)
	}
	return s
}

func (s *screen) update(find func() (string, string)) {
	s.mac, s.address = find() // want "`screen.address` is written here and written by another run of itself"
}

// Who starts a goroutine with a new object goes on beside it.
type upload struct {
	sent int
	done chan struct{}
}

func (u *upload) run(parts [][]byte) {
	defer close(u.done)
	for _, part := range parts {
		u.sent += len(part) // want "`upload.sent` is written here and read by `startUpload` on another goroutine"
	}
}

func startUpload(parts [][]byte, report func(int)) *upload {
	u := &upload{done: make(chan struct{})}
	go u.run(parts)
	report(u.sent)
	return u
}

// What is looked at when the loop has ended, while Close sets it, is looked at while the goroutine runs.
type Dialer struct {
	conn   net.Conn
	closed bool
}

func NewDialer(conn net.Conn) *Dialer {
	d := &Dialer{conn: conn}
	go d.read()
	return d
}

func (d *Dialer) read() {
	b := make([]byte, 512)
	for {
		if _, err := d.conn.Read(b); err != nil {
			if !d.closed {
				println(err.Error())
			}
			return
		}
	}
}

func (d *Dialer) Close() {
	d.closed = true // want "`Dialer.closed` is written here and read by `.*Dialer.*read` on another goroutine"
}

// Clock is made by a function that starts a literal with what it gives on.
type Clock struct {
	ticks int
	done  chan struct{}
}

func StartClock() *Clock {
	c := &Clock{done: make(chan struct{})}
	go func() {
		for {
			select {
			case <-time.After(time.Second):
				c.ticks++ // want "`Clock.ticks` is written here and read by `..Clock..Ticks` on another goroutine"
			case <-c.done:
				return
			}
		}
	}()
	return c
}

func (c *Clock) Ticks() int { return c.ticks }

func (c *Clock) Stop() { close(c.done) }
