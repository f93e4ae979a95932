// Package lazy starts a service once, in the ways that work and in one that doesn't. (Appendices C, D, AQ, BR, DV)
package lazy

import (
	"errors"
	"sync"
	"sync/atomic"
)

type service struct{ name string }

func start() *service { return &service{name: "started"} }

var (
	first    sync.Once
	instance *service
)

func get() *service {
	first.Do(func() { instance = start() })
	return instance
}

var getValue = sync.OnceValue(start)

// A fast path that is atomic, tested again inside the lock.
type once struct {
	done atomic.Uint32
	mu   sync.Mutex
}

func (o *once) do(f func()) {
	if o.done.Load() == 0 {
		o.slow(f)
	}
}

func (o *once) slow(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done.Load() == 0 {
		defer o.done.Store(1)
		f()
	}
}

type checked struct {
	mu  sync.Mutex
	ptr atomic.Pointer[service]
}

func (c *checked) get() *service {
	if s := c.ptr.Load(); s != nil {
		return s
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.ptr.Load()
	if s == nil {
		s = start()
		c.ptr.Store(s)
	}
	return s
}

type plain struct {
	mu  sync.Mutex
	ptr *service
}

func (p *plain) get() *service {
	if p.ptr != nil { // want "double-checked-locking: `plain.ptr` is tested without `p.mu`"
		return p.ptr
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ptr == nil {
		p.ptr = start()
	}
	return p.ptr
}

// Three parts at once, under one Once.
type backend struct {
	once  sync.Once
	store *service
	cache *service
	queue *service
	err   error
}

func open(name string) (*service, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &service{name: name}, nil
}

func (b *backend) init() error {
	b.once.Do(func() {
		var wg sync.WaitGroup
		var storeErr, cacheErr, queueErr error
		wg.Add(3)
		go func() { defer wg.Done(); b.store, storeErr = open("store") }()
		go func() { defer wg.Done(); b.cache, cacheErr = open("cache") }()
		go func() { defer wg.Done(); b.queue, queueErr = open("queue") }()
		wg.Wait()
		b.err = errors.Join(storeErr, cacheErr, queueErr)
	})
	return b.err
}
