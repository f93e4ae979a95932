// Package negative keeps tests that run in parallel apart.
package negative

import (
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

var (
	mu     sync.Mutex
	count  int
	early  int
	order  int
	runs   atomic.Int64
	once   sync.Once
	shared string
	own    int
)

// Under one lock.
func TestCounts(t *testing.T) {
	t.Parallel()
	mu.Lock()
	count++
	mu.Unlock()
	runs.Add(1)
	once.Do(func() { shared = "set" })
}

func TestCounted(t *testing.T) {
	t.Parallel()
	mu.Lock()
	defer mu.Unlock()
	if count > 9 || runs.Load() > 9 {
		t.Error(count)
	}
	once.Do(func() { shared = "set" })
}

// Before the others go on.
func TestEarly(t *testing.T) {
	early = 1
	t.Parallel()
}

func TestEarlyToo(t *testing.T) {
	early = 2
	t.Parallel()
	if early == 0 {
		t.Error(early)
	}
}

// The test around it goes on when its subtests do.
func TestOrder(t *testing.T) {
	order = 1
	t.Run("only", func(t *testing.T) {
		t.Parallel()
		order = 2
	})
}

func TestInOrder(t *testing.T) {
	order = 3
	own = 1
}

// A variable of its own that is called alike.
func TestOwn(t *testing.T) {
	t.Parallel()
	own := 0
	own++
}

func TestOwnToo(t *testing.T) {
	t.Parallel()
	if own > 1 {
		t.Error(own)
	}
}

func BenchmarkWorkers(b *testing.B) {
	var sum atomic.Int64
	var mu sync.Mutex
	turns, word := 0, unsafe.Pointer(&own)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			sum.Add(1)
			mu.Lock()
			turns++
			mu.Unlock()
			atomic.CompareAndSwapPointer(&word, atomic.LoadPointer(&word), nil)
		}
	})
	b.Log(turns)
}
