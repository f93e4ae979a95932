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

// A helper is handed the address, and reads plainly.
type tally struct {
	votes  int64
	voided int64
	list   []int64
	named  map[string]*ballot
	inner  struct{ spoilt uint32 }
}

type ballot struct{ count int32 }

func value(p *int64) int64 { return *p }

func (t *tally) vote() { atomic.AddInt64(&t.votes, 1) }
func (t *tally) result() int64 {
	return value(&t.votes) // want "`tally.votes` is read plainly here"
}

// Through a local alias of the object, in a condition, in an assignment with an operator.
func (t *tally) void() { atomic.AddInt64(&t.voided, 1) }
func (t *tally) unvoid() {
	other := t
	if other.voided > 0 {
		other.voided -= 1 // want "`tally.voided` is written plainly here"
	}
}

// Items of a slice, and fields of what a map leads to.
func (t *tally) add(i int) { atomic.AddInt64(&t.list[i], 1) }
func (t *tally) sum() (all int64) {
	for _, n := range t.list { // want "`tally.list\\[\\]` is read plainly here"
		all += n
	}
	return all
}

func (t *tally) named1(key string) { atomic.AddInt32(&t.named[key].count, 1) }
func (t *tally) named2(key string) int32 {
	return t.named[key].count // want "`ballot.count` is read plainly here"
}

// A struct type without a name.
func (t *tally) spoil() { atomic.AddUint32(&t.inner.spoilt, 1) }
func (t *tally) spoilt() uint32 {
	return t.inner.spoilt // want "`tally.inner.spoilt` is read plainly here"
}

// A package's array of counters.
var perKind [4]uint64

func see(kind int) { atomic.AddUint64(&perKind[kind], 1) }

func seen(kind int) uint64 {
	return perKind[kind] // want "`perKind\\[\\]` is read plainly here"
}

// A generic type.
type ring[T any] struct {
	items []T
	head  uint64
}

func (r *ring[T]) push(item T) {
	r.items[atomic.AddUint64(&r.head, 1)%uint64(len(r.items))] = item
}

func (r *ring[T]) last() T {
	return r.items[r.head%uint64(len(r.items))] // want "`ring.head` is read plainly here"
}

// Copies: by range, by argument, by assignment.
type meter struct {
	ticks int64
	name  string
}

func (m *meter) tick() { atomic.AddInt64(&m.ticks, 1) }

func show(meters []*meter, print func(meter)) {
	for _, m := range meters {
		print(*m) // want "`meter.ticks` is read plainly here"
	}
}

type dial struct{ turns int64 }

func (d *dial) turn() { atomic.AddInt64(&d.turns, 1) }

type board struct{ dials []dial }

func (b *board) all() (found []dial) {
	for _, d := range b.dials { // want "`dial.turns` is read plainly here"
		found = append(found, d)
	}
	return found
}

// A local that goroutines count in, read before they are waited for.
func racing(jobs []func()) int64 {
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
	if done == 0 { // want "`done` is read plainly here"
		wg.Wait()
	}
	return 0
}

// A function that makes something new isn't a constructor of what it is given.
type report struct{ total int64 }

type source struct{ total int64 }

func (s *source) count() { atomic.AddInt64(&s.total, 1) }

func newReport(s *source) *report {
	return &report{total: s.total} // want "`source.total` is read plainly here"
}

// Some lock is held, by contract; those who read atomically hold none.
type limits struct {
	mu  sync.Mutex
	max int32
}

func (l *limits) allows(n int32) bool { return n <= atomic.LoadInt32(&l.max) }

func (l *limits) setLocked(n int32) {
	l.max = n // want "`limits.max` is written plainly here"
}

// What the writer of an interface does may be done by several at once.
type limited struct {
	mu     sync.Mutex
	strict int32
	n      int64
}

func (l *limited) Write(p []byte) (int, error) {
	if atomic.LoadInt32(&l.strict) == 0 {
		atomic.AddInt64(&l.n, int64(len(p)))
		return len(p), nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n += int64(len(p)) // want "`limited.n` is written plainly here"
	return len(p), nil
}

// The goroutine that the constructor has started writes.
type tachometer struct {
	seen  uint64
	lines chan string
}

func openTachometer(lines chan string) *tachometer {
	m := &tachometer{lines: lines}
	m.begin()
	println("seen", m.seen) // want "`tachometer.seen` is read plainly here, but accessed atomically elsewhere"
	return m
}

func (m *tachometer) begin() {
	go func() {
		for range m.lines {
			atomic.AddUint64(&m.seen, 1)
		}
	}()
}

func (m *tachometer) reset() {
	atomic.StoreUint64(&m.seen, 0)
}
