// Package atomics uses atomics in ways that look like mistakes and are none.
package atomics

import (
	"sync"
	"sync/atomic"
	"time"
)

type flags struct {
	closed  atomic.Bool
	failed  atomic.Bool
	last    atomic.Int64
	started uint32
}

// A flag that is only ever set.
func (f *flags) fail() {
	if !f.failed.Load() {
		f.failed.Store(true)
	}
}

func (f *flags) close() bool { return f.closed.CompareAndSwap(false, true) }

// What is stored has nothing to do with what was loaded, and is read by nobody who counts.
func (f *flags) touch() { f.last.Store(time.Now().UnixNano()) }

func (f *flags) idle() time.Duration { return time.Duration(time.Now().UnixNano() - f.last.Load()) }

func (f *flags) start() bool { return atomic.CompareAndSwapUint32(&f.started, 0, 1) }

type settings struct {
	limit int
	names []string
}

type store struct {
	mu      sync.Mutex
	current atomic.Pointer[settings]
	any     atomic.Value
}

// Copy-on-write by writers that a lock keeps apart.
func (s *store) rename(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := settings{}
	if old := s.current.Load(); old != nil {
		next = *old
	}
	next.names = append(next.names[:len(next.names):len(next.names)], name)
	s.current.Store(&next)
}

func (s *store) limit(limit int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := &settings{limit: limit}
	if old, ok := s.any.Load().(*settings); ok {
		next.names = append(next.names, old.names...)
	}
	s.any.Store(next)
}

func (s *store) names() []string {
	if c := s.current.Load(); c != nil {
		return c.names
	}
	return nil
}

// The writer is one goroutine for the life of the object.
type sampler struct {
	count atomic.Int64
	max   atomic.Int64
}

func newSampler(values <-chan int64) *sampler {
	s := &sampler{}
	go func() {
		for v := range values {
			s.count.Store(s.count.Load() + 1)
			if v > s.max.Load() {
				s.max.Store(v)
			}
		}
	}()
	return s
}

func (s *sampler) read() (count, max int64) { return s.count.Load(), s.max.Load() }

// A sequence lock: readers try again when the generation moved.
type seqlock struct {
	mu         sync.Mutex
	generation atomic.Uint64
	x, y       atomic.Int64
}

func (s *seqlock) write(x, y int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation.Add(1)
	s.x.Store(x)
	s.y.Store(y)
	s.generation.Add(1)
}

func (s *seqlock) read() (x, y int64) {
	for {
		before := s.generation.Load()
		x, y = s.x.Load(), s.y.Load()
		if before%2 == 0 && before == s.generation.Load() {
			return x, y
		}
	}
}

// Whoever moves the tail on owns the slot.
type ring struct {
	tail  atomic.Uint32
	slots [8]atomic.Pointer[flags]
}

func (r *ring) take() *flags {
	for {
		at := r.tail.Load()
		slot := &r.slots[at%8]
		f := slot.Load()
		if f == nil {
			return nil
		}
		if r.tail.CompareAndSwap(at, at+1) {
			slot.Store(nil)
			return f
		}
	}
}

func (r *ring) put(at uint32, f *flags) { r.slots[at%8].Store(f) }
