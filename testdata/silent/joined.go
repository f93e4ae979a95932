// Package joined waits for goroutines in roundabout ways.
package joined

import (
	"context"
	"io"
	"net"
	"sync"
)

// A group of one's own.
type group struct {
	wg   sync.WaitGroup
	errs []error
}

func groupOf(n int) *group { return &group{errs: make([]error, n)} }

func (g *group) Go(_ context.Context, f func() error, index int) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		g.errs[index] = f()
	}()
}

func (g *group) Wait() []error {
	g.wg.Wait()
	return g.errs
}

func gather(ctx context.Context, fetch []func() (int, error)) (all []int, found bool) {
	g := groupOf(len(fetch))
	all = make([]int, len(fetch))
	var mu sync.Mutex
	for i, f := range fetch {
		g.Go(ctx, func() error {
			n, err := f()
			if err != nil {
				return err
			}
			mu.Lock()
			found = true
			mu.Unlock()
			all[i] = n
			return nil
		}, i)
	}
	for _, err := range g.Wait() {
		if err != nil {
			return nil, found
		}
	}
	all = append(all, len(all))
	return all, found
}

// What comes out of a pipe was put in before.
func parts(load func(part int) (int64, error), send func(int, int64, io.Writer) error, read func(io.Reader) (int, error)) error {
	part := 0
	for {
		size, err := load(part)
		if err != nil {
			return err
		}
		in, out := io.Pipe()
		go func() {
			_ = out.CloseWithError(send(part, size, out))
		}()
		n, err := read(in)
		if err != nil {
			return err
		}
		part += n
	}
}

// Once the flag is set nothing is counted any more.
func serve(accept func(stop <-chan struct{}) (int, error), stop, closed <-chan struct{}, announce func(last int)) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	var last int
	var draining bool
	for {
		id, err := accept(stop)
		if err != nil {
			select {
			case <-closed:
				return err
			default:
			}
			draining = stop != closed
			if !draining {
				return err
			}
			wg.Go(func() {
				announce(last)
			})
			stop = closed
			continue
		}
		if draining {
			continue
		}
		last = id + 1
	}
}

// line's reader has ended when its channel is replaced: whoever closes waits for that, if there is a reader.
type line struct {
	mu      sync.Mutex
	conn    net.Conn
	answers chan func()
	done    chan bool
}

func recovering(run func()) {
	defer func() {
		if r := recover(); r != nil {
			print("recovered")
		}
	}()
	run()
}

func (l *line) Open(addr string, greet func(net.Conn) error) {
	l.mu.Lock()
	go recovering(func() {
		defer l.mu.Unlock()
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		l.conn = conn
		l.done = make(chan bool)
		l.answers = make(chan func(), 5)
		go recovering(l.receive)
		if err := greet(conn); err != nil {
			_ = l.closeLocked()
		}
	})
}

func (l *line) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closeLocked()
}

func (l *line) closeLocked() error {
	if l.conn == nil {
		return nil
	}
	if l.answers != nil {
		close(l.answers)
	}
	err := l.conn.Close()
	if l.done != nil {
		<-l.done
	}
	l.conn = nil
	l.answers = nil
	l.done = nil
	return err
}

func (l *line) Waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.answers)
}

func (l *line) receive() {
	for then := range l.answers {
		then()
	}
	close(l.done)
}
