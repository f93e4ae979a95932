// Package positive mixes atomic and plain accesses.
package positive

import (
	"sync"
	"sync/atomic"
)

type counters struct {
	hits  int64
	flags uint32
	next  uint64
	drops int64
}

func (c *counters) drop() { atomic.AddInt64(&c.drops, 1) }

func (c *counters) hit()         { atomic.AddInt64(&c.hits, 1) }
func (c *counters) raised() bool { return atomic.LoadUint32(&c.flags)&1 != 0 }
func bump(p *uint64)             { atomic.AddUint64(p, 1) }
func (c *counters) through()     { bump(&c.next) }
func (c *counters) aliased()     { p := &c.hits; atomic.AddInt64(p, 1) }
func (c *counters) plain() int64 { return c.hits } // want "`counters.hits` is read plainly here"
func (c *counters) raise()       { c.flags |= 1 }  // want "`counters.flags` is written plainly here"
func (c *counters) peek() uint64 { return c.next } // want "`counters.next` is read plainly here"

type embedding struct {
	counters
	name string
}

func (e *embedding) reset() {
	e.drops = 0 // want "`counters.drops` is written plainly here"
}

// Copying the struct reads the fields.
type gauge struct {
	level int32
}

func (g *gauge) up() { atomic.AddInt32(&g.level, 1) }

func (g *gauge) snapshot() gauge {
	return *g // want "`gauge.level` is read plainly here"
}

var started uint32

func start() bool { return atomic.CompareAndSwapUint32(&started, 0, 1) }

func isStarted() bool {
	return started == 1 // want "`started` is read plainly here"
}

// Atomic with no lock, plain under one.
type queue struct {
	mu   sync.Mutex
	list []int
	size int32
}

func (q *queue) push(n int) {
	q.mu.Lock()
	q.list = append(q.list, n)
	q.size++ // want "`queue.size` is written plainly here"
	q.mu.Unlock()
}

func (q *queue) len() int32 { return atomic.LoadInt32(&q.size) }

type slots struct {
	used [8]int32
}

func (s *slots) take(i int) bool { return atomic.CompareAndSwapInt32(&s.used[i], 0, 1) }

func (s *slots) free(i int) {
	s.used[i] = 0 // want "`slots.used\\[.*\\]` is written plainly here"
}
