// Package primitives builds locks, channels, promises and pools from smaller parts. (AA, AB, AC, AW, AY, CI, CJ, DX.1, DX.3)
package primitives

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

type spinLock struct{ held atomic.Bool }

func (s *spinLock) Lock() {
	for !s.held.CompareAndSwap(false, true) {
		for s.held.Load() {
			runtime.Gosched()
		}
	}
}

func (s *spinLock) Unlock() { s.held.Store(false) }

type rwLock struct {
	readers atomic.Int32
	writing atomic.Bool
	writers sync.Mutex
	mu      sync.Mutex
	changed *sync.Cond
}

func newRWLock() *rwLock {
	l := &rwLock{}
	l.changed = sync.NewCond(&l.mu)
	return l
}

func (l *rwLock) rlock() {
	for {
		l.mu.Lock()
		for l.writing.Load() {
			l.changed.Wait()
		}
		l.mu.Unlock()
		l.readers.Add(1)
		if !l.writing.Load() {
			return
		}
		l.runlock()
	}
}

func (l *rwLock) runlock() {
	if l.readers.Add(-1) == 0 {
		l.mu.Lock()
		l.changed.Broadcast()
		l.mu.Unlock()
	}
}

func (l *rwLock) lock() {
	l.writers.Lock()
	l.writing.Store(true)
	l.mu.Lock()
	for l.readers.Load() > 0 {
		l.changed.Wait()
	}
	l.mu.Unlock()
}

func (l *rwLock) unlock() {
	l.writing.Store(false)
	l.mu.Lock()
	l.changed.Broadcast()
	l.mu.Unlock()
	l.writers.Unlock()
}

type channel[T any] struct {
	mu       sync.Mutex
	notFull  *sync.Cond
	notEmpty *sync.Cond
	ring     []T
	in, out  uint64
	closed   atomic.Bool
}

func newChannel[T any](size int) *channel[T] {
	c := &channel[T]{ring: make([]T, size)}
	c.notFull = sync.NewCond(&c.mu)
	c.notEmpty = sync.NewCond(&c.mu)
	return c
}

func (c *channel[T]) send(v T) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.in-c.out == uint64(len(c.ring)) && !c.closed.Load() {
		c.notFull.Wait()
	}
	if c.closed.Load() {
		return false
	}
	c.ring[c.in%uint64(len(c.ring))] = v
	c.in++
	c.notEmpty.Signal()
	return true
}

func (c *channel[T]) receive() (v T, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.in == c.out && !c.closed.Load() {
		c.notEmpty.Wait()
	}
	if c.in == c.out {
		return v, false
	}
	v = c.ring[c.out%uint64(len(c.ring))]
	c.out++
	c.notFull.Signal()
	return v, true
}

func (c *channel[T]) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed.Store(true)
	c.notFull.Broadcast()
	c.notEmpty.Broadcast()
}

type striped struct{ locks [32]sync.Mutex }

func (s *striped) lock(hash uint32)   { s.locks[hash%32].Lock() }
func (s *striped) unlock(hash uint32) { s.locks[hash%32].Unlock() }

type counted struct {
	refs atomic.Int32
	free func()
}

func (c *counted) retain() { c.refs.Add(1) }

func (c *counted) release() {
	if c.refs.Add(-1) == 0 {
		c.free()
	}
}

type set[K comparable] struct {
	mu   sync.RWMutex
	keys map[K]struct{}
}

func newSet[K comparable]() *set[K] { return &set[K]{keys: map[K]struct{}{}} }

func (s *set[K]) add(k K) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.keys[k]; ok {
		return false
	}
	s.keys[k] = struct{}{}
	return true
}

func (s *set[K]) remove(k K) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.keys[k]
	delete(s.keys, k)
	return ok
}

func (s *set[K]) has(k K) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.keys[k]
	return ok
}

func (s *set[K]) len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.keys)
}

func (s *set[K]) each(yield func(K) bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for k := range s.keys {
		if !yield(k) {
			return
		}
	}
}

// promise is settled once; the close of done publishes value and err.
type promise[T any] struct {
	once  sync.Once
	done  chan struct{}
	value T
	err   error
}

func newPromise[T any]() *promise[T] { return &promise[T]{done: make(chan struct{})} }

func (p *promise[T]) resolve(v T) {
	p.once.Do(func() {
		p.value = v
		close(p.done)
	})
}

func (p *promise[T]) reject(err error) {
	p.once.Do(func() {
		p.err = err
		close(p.done)
	})
}

func (p *promise[T]) await(ctx context.Context) (v T, err error) {
	select {
	case <-p.done:
		return p.value, p.err
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

type state atomic.Uint32

func (s *state) set(v uint32)              { (*atomic.Uint32)(s).Store(v) }
func (s *state) get() uint32               { return (*atomic.Uint32)(s).Load() }
func (s *state) move(from, to uint32) bool { return (*atomic.Uint32)(s).CompareAndSwap(from, to) }

func lower(p *atomic.Int64, v int64) int64 {
	for {
		now := p.Load()
		if v >= now {
			return now
		}
		if p.CompareAndSwap(now, v) {
			return v
		}
	}
}

func raise(p *atomic.Int64, v int64) int64 {
	for {
		now := p.Load()
		if v <= now {
			return now
		}
		if p.CompareAndSwap(now, v) {
			return v
		}
	}
}
