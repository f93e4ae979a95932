// Package positive resets atomics in two steps, in every way there is.
package positive

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type stats struct {
	hits   atomic.Int64
	errors uint64
	peak   atomic.Uint32
	mu     sync.Mutex
	nested struct{ drops atomic.Int32 }
}

func (s *stats) hit()         { s.hits.Add(1) }
func (s *stats) fail()        { atomic.AddUint64(&s.errors, 1) }
func (s *stats) see()         { s.peak.Add(2) }
func (s *stats) drop()        { s.nested.drops.Add(1) }
func (s *stats) total() int64 { return s.hits.Load() }
func (s *stats) clear()       { s.peak.Store(0) }

func (s *stats) throughVariable() int64 {
	n := s.hits.Load()
	s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
	return n
}

func (s *stats) functionForm() {
	fmt.Println(atomic.LoadUint64(&s.errors))
	atomic.StoreUint64(&s.errors, 0) // want "`stats.errors` is loaded and then stored"
}

func (s *stats) throughGetter() {
	fmt.Println(s.total())
	s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
}

func (s *stats) throughHelper() uint32 {
	n := s.peak.Load()
	s.clear() // want "`stats.peak` is loaded and then stored"
	return n
}

func (s *stats) throughAlias() int32 {
	drops := &s.nested.drops
	n := drops.Load()
	drops.Store(0) // want "`stats.nested.drops` is loaded and then stored"
	return n
}

func (s *stats) onEveryPath(verbose bool) int64 {
	n := s.hits.Load()
	if verbose {
		fmt.Println("hits", n)
	} else {
		fmt.Print(n)
	}
	s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
	return n
}

// The lock excludes nobody: the writers don't take it.
func (s *stats) underUselessLock() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.hits.Load()
	s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
	return n
}

func (s *stats) deferred() int64 {
	defer s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
	return s.hits.Load()
}

var levels [4]atomic.Int64

func raise(i int) { levels[i].Add(1) }

func drain(report func(int, int64)) {
	for i := range levels {
		report(i, levels[i].Load())
		levels[i].Store(0) // want "`levels\\[.*\\]` is loaded and then stored"
	}
}

type window[T any] struct {
	last atomic.Pointer[T]
}

func (w *window[T]) offer(v *T) { w.last.Store(v) }

func (w *window[T]) take() *T {
	v := w.last.Load()
	w.last.Store(nil) // want "`window.last` is loaded and then stored"
	return v
}

func (w *window[T]) offerLater(v *T) {
	go w.offer(v)
}

// Through a pointer that the callers hand over: told once, where it is done.
func drained(counter *atomic.Int64) int64 {
	n := counter.Load()
	counter.Store(0) // want "`stats.hits` is loaded and then stored"
	return n
}

func (s *stats) drainBoth() int64 { return drained(&s.hits) }
func (s *stats) drainOnce() int64 { return drained(&s.hits) + 1 }

// A getter of a getter, and a setter of a setter.
func (s *stats) sum() int64 { return s.total() }
func (s *stats) zero()      { s.hits.Store(0) }
func (s *stats) restart()   { s.zero() }
func (s *stats) chain() int64 {
	n := s.sum()
	s.restart() // want "`stats.hits` is loaded and then stored"
	return n
}

// The value decides, and is given back.
func (s *stats) unlessZero() int64 {
	n := s.hits.Load()
	if n == 0 {
		return 0
	}
	s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
	return n
}

// Sent, kept in a field, kept in a literal.
func (s *stats) send(out chan<- int64) {
	out <- s.hits.Load()
	s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
}

type reading struct{ hits, sum int64 }

func (s *stats) into(r *reading) {
	r.sum += s.hits.Load()
	s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
}

func (s *stats) reading() reading {
	r := reading{hits: s.hits.Load()}
	s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
	return r
}

// A literal does it when the function returns.
func (s *stats) whenDone(report func(int64)) {
	defer func() {
		s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
	}()
	report(s.hits.Load())
}

// Embedded, through a value and through a pointer.
type session struct {
	stats
	*peers
}

type peers struct{ seen atomic.Uint64 }

func (p *peers) saw() { p.seen.Add(1) }

func (s *session) flush() (int64, uint64) {
	hits, seen := s.hits.Load(), s.seen.Load()
	s.hits.Store(0) // want "`stats.hits` is loaded and then stored"
	s.seen.Store(0) // want "`peers.seen` is loaded and then stored"
	return hits, seen
}

// A field of the items of a slice, and of a map.
type shard struct{ n atomic.Int64 }

type shards struct {
	list []*shard
	by   map[string]*shard
}

func (s *shards) put(i int)       { s.list[i].n.Add(1) }
func (s *shards) name(key string) { s.by[key].n.Add(1) }
func (s *shards) gather() (sum int64) {
	for _, one := range s.list {
		sum += one.n.Load()
		one.n.Store(0) // want "`shard.n` is loaded and then stored"
	}
	return sum
}

func (s *shards) one(i int) int64 {
	n := s.list[i].n.Load()
	s.list[i].n.Store(0) // want "`shard.n` is loaded and then stored"
	return n
}

// A flag that is taken: two may take it.
type dirty struct{ flag atomic.Bool }

func (d *dirty) mark() { d.flag.Store(true) }

func (d *dirty) taken() bool {
	was := d.flag.Load()
	d.flag.Store(false) // want "`dirty.flag` is loaded and then stored"
	return was
}

// A local counter that goroutines raise.
func progress(jobs []func(), report func(int64)) {
	var done atomic.Int64
	for _, job := range jobs {
		go func() {
			job()
			done.Add(1)
		}()
	}
	for range jobs {
		report(done.Load())
		done.Store(0) // want "`done` is loaded and then stored"
	}
}

// Two that hold the lock as readers may both be between the load and the store.
type shared struct {
	mu sync.RWMutex
	n  atomic.Int64
}

// Shared is exported: anybody may call it.
type Shared struct{ shared }

func (s *shared) add() {
	s.mu.Lock()
	s.n.Add(1)
	s.mu.Unlock()
}

// Take empties it.
func (s *Shared) Take() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := s.n.Load()
	s.n.Store(0) // want "`shared.n` is loaded and then stored"
	return n
}

// Helpers that are no methods.
type visits struct{ n atomic.Int64 }

func visited(v *visits)     { v.n.Add(1) }
func soFar(v *visits) int64 { return v.n.Load() }
func forget(v *visits)      { v.n.Store(0) }

func daily(v *visits, report func(int64)) {
	report(soFar(v))
	forget(v) // want "`visits.n` is loaded and then stored"
}
