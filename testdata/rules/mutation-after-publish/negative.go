// Package negative lets go of what it publishes.
package negative

import (
	"slices"
	"sync"
	"sync/atomic"
)

type item struct {
	name  string
	hits  atomic.Int64
	mu    sync.Mutex
	notes []string
}

var (
	current atomic.Pointer[item]
	list    atomic.Pointer[[]int]
)

func before(name string) {
	it := &item{}
	it.name = name
	current.Store(it)
}

func eachTurn(names []string, out chan<- *item) {
	for _, name := range names {
		it := &item{}
		it.name = name
		out <- it
	}
}

// The variable is given another value, the published one stays.
func rebound(ch chan<- *item) {
	it := &item{name: "a"}
	ch <- it
	it = &item{}
	it.name = "b"
	ch <- it
}

// What was published is a copy.
func cloned(values []int) []int {
	snapshot := slices.Clone(values)
	list.Store(&snapshot)
	slices.Sort(values)
	return values
}

// A struct sent by value is a copy.
func byValue(ch chan<- [2]int) {
	pair := [2]int{1, 2}
	ch <- pair
	pair[0] = 3
	ch <- pair
}

func atomicField() {
	it := &item{}
	current.Store(it)
	it.hits.Add(1)
}

func ownLock(note string) {
	it := &item{}
	current.Store(it)
	it.mu.Lock()
	it.notes = append(it.notes, note)
	it.mu.Unlock()
}

func (it *item) read() []string {
	it.mu.Lock()
	defer it.mu.Unlock()
	return slices.Clone(it.notes)
}

// Done releases, Wait acquires: the value is back.
func joined(names []string) []item2 {
	results := make([]item2, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results[i] = item2{name}
		}()
	}
	wg.Wait()
	results[0].name = "first"
	return results
}

type item2 struct{ name string }

// The worker gives the value back when it is done with it.
func handedBack(work chan<- *item2, back <-chan *item2) string {
	it := &item2{name: "a"}
	work <- it
	it = <-back
	it.name += "!"
	return it.name
}

// The end of the goroutine is waited for by a channel that it closes.
func acknowledged(it *item2, use func(*item2)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		use(it)
	}()
	<-done
	it.name = "free"
}

// A buffer of one, filled again only after the slot came back.
func sem(buf []byte, jobs chan<- []byte, slots chan struct{}) {
	own := append([]byte(nil), buf...)
	jobs <- own
	own = append([]byte(nil), buf...)
	own[0] = 1
	jobs <- own
}
