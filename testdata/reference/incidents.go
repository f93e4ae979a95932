// Package incidents has the remaining bugs that are told of: what no rule finds yet is marked. (DO, U, X.1, X.3, X.5, BY, CM)
package incidents

import (
	"context"
	"sync"
	"sync/atomic"
	"unsafe"
)

// X.1: the caller gives up, and the goroutine waits for ever.
func ask(ctx context.Context, slow func() int) (int, error) {
	answer := make(chan int)
	go func() {
		answer <- slow() // want "goroutine-leak: the send on `answer` may block for ever"
	}()
	select {
	case n := <-answer:
		return n, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func askWell(ctx context.Context, slow func() int) (int, error) {
	answer := make(chan int, 1)
	go func() { answer <- slow() }()
	select {
	case n := <-answer:
		return n, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// X.3: a map without a lock.
type torn struct {
	counts map[string]int
}

func (t *torn) countAll(words []string) {
	var wg sync.WaitGroup
	for _, word := range words {
		wg.Add(1)
		go func() {
			defer wg.Done()
			t.counts[word]++ // want "map-race: the map `torn.counts` is written by several goroutines"
		}()
	}
	wg.Wait()
}

type whole struct {
	mu     sync.RWMutex
	counts map[string]int
}

func (w *whole) count(word string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts[word]++
}

func (w *whole) get(word string) int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.counts[word]
}

// X.5: the signal is looked at between two items.
func work(ctx context.Context, items <-chan func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case item, ok := <-items:
			if !ok {
				return
			}
			item()
		}
	}
}

// U: sizes that don't agree.
func cast() {
	var n int
	go func() {
		atomic.StoreInt32((*int32)(unsafe.Pointer(&n)), 1) // want "unsafe-atomic-cast: a 32-bit atomic operation on a `int`"
	}()
}

// DO 2, and "after Submit": the job belongs to the worker now.
type job struct{ retries int }

func submit(queue chan<- *job) {
	j := &job{retries: 1}
	queue <- j
	j.retries = 2 // want "mutation-after-publish: .*is changed after it was published: .*`queue`"
}

// DO 3: a loop that only polls.
func spin(ready *atomic.Bool) {
	for !ready.Load() { // want "busy-wait: this loop asks `ready` again and again"
	}
}

// DO 7: atomic here, plain there.
var running int32

func enter() { atomic.AddInt32(&running, 1) }

func busy() bool {
	return running > 0 // want "mixed-atomic-access: `running` is read plainly here"
}

// DO 8, bounded.
func each(items []string, visit func(string)) {
	slots := make(chan struct{}, 8)
	var wg sync.WaitGroup
	for _, item := range items {
		slots <- struct{}{}
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() { <-slots }()
			visit(item)
		}()
	}
	wg.Wait()
}

// BY: two locks in both orders.
type accounts struct{ a, b sync.Mutex }

func (x *accounts) forth(f func()) {
	x.a.Lock()
	defer x.a.Unlock()
	x.b.Lock()
	defer x.b.Unlock()
	f()
}

func (x *accounts) back(f func()) {
	x.b.Lock()
	defer x.b.Unlock()
	x.a.Lock() // want "lock-order-inversion: `accounts.a` is locked while `accounts.b` is held"
	defer x.a.Unlock()
	f()
}

// Hazard pointers: the reader gets a copy of the atomic, which nobody ever changes.
type node struct{ next *node }

func peek(p atomic.Pointer[node]) *node { // want "atomic-copied: the parameter `p atomic.Pointer.node.` of `peek` copies an `atomic.Pointer`"
	return p.Load()
}

func peekWell(p *atomic.Pointer[node]) *node { return p.Load() }

// D: workers that range over one channel.
func fanOut(jobs <-chan func()) *sync.WaitGroup {
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for f := range jobs {
				f()
			}
		}()
	}
	return &wg
}
