// Package negative loads and stores atomics, and loses nothing.
package negative

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

type server struct {
	mu       sync.Mutex
	guarded  atomic.Int64
	closed   atomic.Bool
	seen     atomic.Int64
	reported atomic.Int64
	state    atomic.Int32
	tick     int64
}

func (s *server) add(n int64) {
	s.mu.Lock()
	s.guarded.Add(n)
	s.mu.Unlock()
}

// Every writer holds the lock.
func (s *server) roll() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.guarded.Load()
	s.guarded.Store(0)
	return n
}

// A reader needs no lock.
func (s *server) current() int64 { return s.guarded.Load() }

// One step.
func (s *server) swap() int64 { return s.seen.Swap(0) }

// Two locations.
func (s *server) report() {
	s.reported.Store(s.seen.Load())
	s.seen.Add(1)
}

// A sticky flag: nobody ever clears it.
func (s *server) close() {
	if s.closed.Load() {
		return
	}
	s.closed.Store(true)
}

// The store comes first.
func (s *server) restart() bool {
	s.state.Store(1)
	return s.state.Load() == 1
}

// Not on one path: what was loaded is only compared where it isn't stored.
func (s *server) either(reset bool) int32 {
	if reset {
		s.state.Store(0)
		return 0
	}
	return s.state.Load()
}

// A fresh value that nobody else can know.
func fresh(values []int64) int64 {
	var sum atomic.Int64
	for _, v := range values {
		sum.Add(v)
	}
	n := sum.Load()
	sum.Store(0)
	return n
}

// Two servers.
func move(from, to *server) {
	n := from.seen.Load()
	to.seen.Store(n)
}

type heartbeat struct {
	beats atomic.Int64
}

// The goroutine is started once, in the constructor, and is the only writer.
func newHeartbeat(ctx context.Context) *heartbeat {
	h := &heartbeat{}
	go h.run(ctx)
	return h
}

func (h *heartbeat) run(ctx context.Context) {
	for ctx.Err() == nil {
		time.Sleep(time.Millisecond)
		if h.beats.Load() == 60 {
			h.beats.Store(0)
		}
		h.beats.Store(1)
	}
}

func (h *heartbeat) read() int64 { return h.beats.Load() }

// Latch tells of the end: whoever stores says the same.
type Latch struct {
	closed atomic.Int32
	shift  func(wait bool) (int, error)
}

// Connect finds the end.
func (l *Latch) Connect(err error) {
	if err != nil {
		l.closed.Store(1)
	}
}

// Read tries once more when it has found the end.
func (l *Latch) Read() (int, error) {
	n, err := l.shift(l.closed.Load() == 0)
	if err == context.Canceled {
		l.closed.Store(1)
		return l.Read()
	}
	return n, err
}
