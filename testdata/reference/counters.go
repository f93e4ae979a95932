// Package counters counts in every way that scales. (Appendices I, N, BI, BM, BX, DD, DN.3, CA)
package counters

import (
	"sync"
	"sync/atomic"
)

type shard struct {
	n atomic.Int64
	_ [56]byte
}

type sharded struct {
	shards [64]shard
}

func (s *sharded) inc(who uint32) { s.shards[who%64].n.Add(1) }

func (s *sharded) sum() int64 {
	var total int64
	for i := range s.shards {
		total += s.shards[i].n.Load()
	}
	return total
}

// approximate moves a shard's count to the total when it is worth it; Swap takes it in one step.
type approximate struct {
	total atomic.Int64
	local []atomic.Int64
}

func (a *approximate) inc(who int) {
	if a.local[who].Add(1) > 100 {
		a.total.Add(a.local[who].Swap(0))
	}
}

func (a *approximate) value() int64 {
	sum := a.total.Load()
	for i := range a.local {
		sum += a.local[i].Load()
	}
	return sum
}

type metric struct {
	name  string
	count atomic.Int64
}

var metrics sync.Map

func record(name string) {
	if v, ok := metrics.Load(name); ok {
		v.(*metric).count.Add(1)
		return
	}
	v, _ := metrics.LoadOrStore(name, &metric{name: name})
	v.(*metric).count.Add(1)
}

type sequence struct {
	next atomic.Uint64
}

func (s *sequence) take() uint64 { return s.next.Add(1) - 1 }

var pending atomic.Int64

func handle(f func()) {
	pending.Add(1)
	defer pending.Add(-1)
	f()
}

// perKey takes the read lock for a key that is known, and looks again when it has the write lock. (BV)
type perKey struct {
	shards [16]struct {
		mu sync.RWMutex
		m  map[uint32]*atomic.Int64
	}
}

func (p *perKey) inc(key uint32) {
	s := &p.shards[key%16]
	s.mu.RLock()
	if n, ok := s.m[key]; ok {
		n.Add(1)
		s.mu.RUnlock()
		return
	}
	s.mu.RUnlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, ok := s.m[key]; ok {
		n.Add(1)
		return
	}
	if s.m == nil {
		s.m = map[uint32]*atomic.Int64{}
	}
	n := &atomic.Int64{}
	n.Store(1)
	s.m[key] = n
}

func (p *perKey) get(key uint32) int64 {
	s := &p.shards[key%16]
	s.mu.RLock()
	defer s.mu.RUnlock()
	if n, ok := s.m[key]; ok {
		return n.Load()
	}
	return 0
}
