// Package locks takes and releases locks in every correct way that analysers get wrong.
package locks

import (
	"errors"
	"iter"
	"sync"
)

type cache struct {
	mu    sync.RWMutex
	items map[string]int
	hits  int
}

type outer struct {
	sync.Mutex
	cache *cache
	safe  bool
	n     int
	done  bool
}

// A lock that is taken on one path only, with its defer beside it.
func (o *outer) conditional(shared bool) int {
	if shared {
		o.Lock()
		defer o.Unlock()
	}
	return 1
}

func (o *outer) deferredClosure() (err error) {
	o.Lock()
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("recovered")
		}
		o.Unlock()
	}()
	o.n++
	return nil
}

// The caller gets the lock and unlocks it.
func (o *outer) acquire() *outer {
	o.Lock()
	return o
}

func (o *outer) release() { o.Unlock() }

func (o *outer) handedOver() {
	held := o.acquire()
	held.n++
	held.release()
}

func (o *outer) unlocker() (unlock func()) {
	o.Lock()
	return o.Unlock
}

func (o *outer) throughUnlocker() {
	defer o.unlocker()()
	o.n++
}

func (o *outer) withLock(f func()) {
	o.Lock()
	defer o.Unlock()
	f()
}

func (o *outer) wrapped() {
	o.withLock(func() { o.n++ })
}

func (o *outer) aliases() int {
	mu := &o.cache.mu
	mu.Lock()
	defer mu.Unlock()
	c := o.cache
	c.hits++
	return c.hits
}

func (o *outer) throughVariable(key string) int {
	c := o.cache
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.items[key]
}

// Two ifs on one flag: both or none run.
func (o *outer) sameFlag(locking bool) {
	if locking {
		o.Lock()
	}
	if locking {
		o.n++
	}
	if locking {
		o.Unlock()
	}
}

func (c *cache) all() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		c.mu.RLock()
		defer c.mu.RUnlock()
		for k, v := range c.items {
			if !yield(k, v) {
				return
			}
		}
	}
}

func (c *cache) sum() (total int) {
	for _, v := range c.all() {
		total += v
	}
	return total
}

func (c *cache) setLocked(key string, v int) { c.items[key] = v }

// bump is called with mu held.
func (c *cache) bump(key string) { c.setLocked(key, c.items[key]+1) }

func (c *cache) Set(key string, v int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setLocked(key, v)
	c.bump(key)
}

func (c *cache) tryBump(key string) bool {
	if !c.mu.TryLock() {
		return false
	}
	defer c.mu.Unlock()
	c.bump(key)
	return true
}

type guarded[T any] struct {
	mu    sync.Mutex
	value T
}

func (g *guarded[T]) with(f func(*T)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f(&g.value)
}

func (g *guarded[T]) swap(v T) T {
	g.mu.Lock()
	old := g.value
	g.value = v
	g.mu.Unlock()
	return old
}

// A channel of one is a mutex.
type semaphore struct {
	slot chan struct{}
	n    int
}

func newSemaphore() *semaphore { return &semaphore{slot: make(chan struct{}, 1)} }

func (s *semaphore) inc() {
	s.slot <- struct{}{}
	s.n++
	<-s.slot
}

// An intended barrier.
func (o *outer) drain() {
	o.Lock()
	//lint:ignore SA2001 barrier: whoever works now is through when this returns
	o.Unlock()
}

// Every return unlocks by hand.
func (o *outer) byHand(limit int) int {
	o.Lock()
	if o.n > limit {
		o.Unlock()
		return limit
	}
	for i := 0; i < limit; i++ {
		if o.done {
			o.Unlock()
			return i
		}
		o.n++
	}
	n := o.n
	o.Unlock()
	return n
}

// The lock that the comment means is the shop's, which all callers hold; some hold the shelf's as well.
type shop struct {
	mu      sync.Mutex
	shelves map[string]*shelf
}

type shelf struct {
	mu   sync.Mutex
	shop *shop
	jars int
}

// call when holding the shop lock
func (s *shelf) drop() {
	delete(s.shop.shelves, "")
	s.jars = 0
}

func (s *shop) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, each := range s.shelves {
		each.mu.Lock()
		each.drop()
		each.mu.Unlock()
	}
}

func (s *shop) clearOne(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.shelves[name]
	one.mu.Lock()
	defer one.mu.Unlock()
	one.drop()
}

func (s *shop) clearFirst() {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.shelves[""]
	one.mu.Lock()
	defer one.mu.Unlock()
	one.drop()
}

func (s *shop) abandon(one *shelf) {
	go func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		one.drop()
	}()
}

func (s *shop) clearLast(last string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.shelves[last]
	one.mu.Lock()
	defer one.mu.Unlock()
	one.drop()
}

func (s *shop) clearEmpty() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.shelves {
		one.mu.Lock()
		if one.jars == 0 {
			one.drop()
		}
		one.mu.Unlock()
	}
}

func (s *shelf) put() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jars++
}

func (s *shelf) take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jars--
}

func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jars
}

// Entry is used by Pool alone, under its lock; its own is there for those who were given one.
type Entry struct {
	mu   sync.Mutex
	rank int
}

func (e *Entry) Rank() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.rank
}

func (e *Entry) SetRank(n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rank = n
}

type Pool struct {
	mu      sync.RWMutex
	entries map[string]*Entry
}

func (p *Pool) Update(ranks map[string]int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, rank := range ranks {
		if e, ok := p.entries[name]; ok {
			e.SetRank(rank)
		}
	}
}

func (p *Pool) Above(rank int) (names []string) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for name, e := range p.entries {
		if e.rank > rank {
			names = append(names, name)
		}
	}
	return names
}
