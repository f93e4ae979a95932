// Package negative locks what others can lock, too.
package negative

import "sync"

type stats struct {
	mu     *sync.Mutex
	counts map[string]int
}

// The copy has the same pointer.
func (s stats) note(name string) {
	s.mu.Lock()
	s.counts[name]++
	s.mu.Unlock()
}

func parallel(work []func() int) (sum int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, f := range work {
		wg.Add(1)
		go func() {
			defer wg.Done()
			n := f()
			mu.Lock()
			sum += n
			mu.Unlock()
		}()
	}
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	return sum
}

func guarded(mu *sync.Mutex, f func()) {
	mu.Lock()
	defer mu.Unlock()
	f()
}

func lends(f func(*sync.Mutex)) {
	var mu sync.Mutex
	f(&mu)
	mu.Lock()
	mu.Unlock() // barrier: whoever f started is through
}

type holder struct{ l sync.Locker }

func keeps() *holder {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	return &holder{l: &mu}
}

func waits() *sync.Cond {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	mu.Lock()
	defer mu.Unlock()
	return c
}

func perhaps(shared *sync.Mutex) int {
	mu := shared
	mu.Lock()
	defer mu.Unlock()
	return 1
}

var made = func() *stats {
	s := stats{mu: new(sync.Mutex), counts: map[string]int{}}
	s.mu.Lock()
	s.counts["a"] = 1
	s.mu.Unlock()
	return &s
}()

// The goroutine has the same pointer.
func both(work func() int) (sum int) {
	mu := new(sync.Mutex)
	done := make(chan bool)
	go func() {
		defer close(done)
		mu.Lock()
		defer mu.Unlock()
		sum += work()
	}()
	mu.Lock()
	sum++
	mu.Unlock()
	<-done
	return sum
}

// Others are given the pointer, one way or another.
func lent(f func(*sync.Mutex), locks map[string]*sync.Mutex) *sync.Mutex {
	one, two, three := &sync.Mutex{}, new(sync.Mutex), &sync.Mutex{}
	f(one)
	locks["two"] = two
	for _, mu := range []*sync.Mutex{one, two} {
		mu.Lock()
		mu.Unlock() // barrier
	}
	one.Lock()
	two.Lock()
	three.Lock()
	defer three.Unlock()
	defer two.Unlock()
	defer one.Unlock()
	return three
}

// Which lock it is isn't known here.
func chosen(shared *sync.Mutex, ask bool) {
	mu := new(sync.Mutex)
	if ask {
		mu = shared
	}
	mu.Lock()
	defer mu.Unlock()
}
