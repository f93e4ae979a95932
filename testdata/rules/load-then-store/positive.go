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
