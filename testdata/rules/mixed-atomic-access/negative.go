// Package negative keeps atomic and plain accesses apart, or in order.
package negative

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

type counters struct {
	hits  int64
	limit int64
}

// The constructor has the object to itself.
func newCounters(start int64) *counters {
	c := &counters{hits: start}
	c.hits++
	c.limit = 10
	return c
}

func (c *counters) hit() bool { return atomic.AddInt64(&c.hits, 1) > c.limit }

var total = int64(unsafe.Sizeof(counters{}.hits))

var boot int32

func init() { boot = 1 }

func booted() bool { return atomic.LoadInt32(&boot) == 1 }

// A plain read by whoever holds the lock that all atomic writers hold.
type registry struct {
	mu    sync.RWMutex
	names []string
	count int64
}

func (r *registry) add(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names = append(r.names, name)
	atomic.AddInt64(&r.count, 1)
}

func (r *registry) trim(max int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count > max {
		r.names = r.names[:max]
		atomic.StoreInt64(&r.count, max)
	}
}

func (r *registry) size() int64 { return atomic.LoadInt64(&r.count) }

// Wait orders the adds before the read.
func parallel(jobs []func()) int64 {
	var done int64
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			job()
			atomic.AddInt64(&done, 1)
		}()
	}
	wg.Wait()
	return done
}

// A copy of a copy: the snapshot is made field by field, atomically, and belongs to its caller.
type figures struct{ in, out int64 }

func (f *figures) receive(n int64) { atomic.AddInt64(&f.in, n) }
func (f *figures) send(n int64)    { atomic.AddInt64(&f.out, n) }

func (f *figures) read() figures {
	return figures{in: atomic.LoadInt64(&f.in), out: atomic.LoadInt64(&f.out)}
}

func difference(f *figures) int64 {
	now := f.read()
	return now.in - now.out
}

// Typed atomics can't be mixed.
type typed struct{ n atomic.Int64 }

func (t *typed) add() int64         { return t.n.Add(1) }
func (t *typed) ptr() *atomic.Int64 { return &t.n }
