// Package asked has methods that look, without a lock, at what goroutines of their objects write, and may.
package asked

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// A reader that is read and closed by one goroutine; the once is for a second close.
type closeOnEOF struct {
	in     io.ReadCloser
	once   sync.Once
	closed bool
}

func (c *closeOnEOF) Read(p []byte) (int, error) {
	if c.closed {
		return 0, io.EOF
	}
	n, err := c.in.Read(p)
	if err == io.EOF {
		c.Close()
	}
	return n, err
}

func (c *closeOnEOF) Close() (err error) {
	c.once.Do(func() {
		c.closed = true
		err = c.in.Close()
	})
	return err
}

// Upgrade is made for one request, and keeps what came of it for its caller.
type Upgrade struct {
	next http.RoundTripper
	Conn *http.Response
}

func (u *Upgrade) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := u.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	u.Conn = response
	return response, nil
}

func (u *Upgrade) Connection() *http.Response { return u.Conn }

// Relay sets the nonce before it sends the record that needs it.
type Relay struct {
	records chan []byte
	nonce   func() []byte
}

func (r *Relay) Run(ctx context.Context, next func() ([]byte, bool), send func([]byte)) {
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case record := <-r.records:
				copy(record, r.nonce())
				send(record)
			}
		}
	}()
	for ctx.Err() == nil {
		record, first := next()
		if first {
			r.nonce = func() []byte { return record[:8] }
		}
		r.records <- record
	}
}

// Group is asked by the one that takes over from it, when it has stopped.
type Group struct {
	every      time.Duration
	done       chan struct{}
	terminated chan struct{}
	stale      []string
}

func (g *Group) run() {
	defer close(g.terminated)
	ticks := time.NewTicker(g.every)
	defer ticks.Stop()
	for {
		select {
		case <-g.done:
			return
		case <-ticks.C:
			g.stale = nil
		}
	}
}

func (g *Group) stop() {
	close(g.done)
	<-g.terminated
}

func (g *Group) CopyState(from *Group) {
	g.stale = append(g.stale, from.stale...)
}

func Replace(old, next *Group) {
	go func() {
		old.stop()
		next.CopyState(old)
		next.run()
	}()
}

// Service stops only once, whichever goroutine asks for it.
type Service struct {
	once   sync.Once
	status int
	quit   chan struct{}
}

func (s *Service) stop(status int) {
	s.once.Do(func() {
		s.status = status
		close(s.quit)
	})
}

func (s *Service) Wait(signals <-chan int, expired <-chan time.Time) int {
	go func() { s.stop(<-signals) }()
	go func() {
		<-expired
		s.stop(1)
	}()
	<-s.quit
	return s.status
}
