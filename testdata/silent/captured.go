// Package captured orders what goroutines share, in all the usual ways.
package captured

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

func byBufferedSend(run func() error) (err error) {
	done := make(chan struct{}, 1)
	go func() {
		err = run()
		done <- struct{}{}
	}()
	<-done
	return err
}

func byUnbufferedReceive(run func() int) int {
	ack := make(chan struct{})
	n := 0
	go func() {
		n = run()
		<-ack
	}()
	ack <- struct{}{}
	return n
}

func byRangeOverClosed(in []int) (sum int, last int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range in {
			last = v
			out <- v
		}
	}()
	for v := range out {
		sum += v
	}
	return sum, last
}

func byWaitAndClose(jobs []func() error) []error {
	errs := make(chan error, len(jobs))
	var wg sync.WaitGroup
	stopped := 0
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs <- job()
		}()
	}
	go func() {
		wg.Wait()
		stopped = 1
		close(errs)
	}()
	var found []error
	for err := range errs {
		found = append(found, err)
	}
	_ = stopped
	return found
}

func byCancel(parent context.Context, run func() int) int {
	ctx, cancel := context.WithCancel(parent)
	n := 0
	go func() {
		defer cancel()
		n = run()
	}()
	<-ctx.Done()
	return n
}

func byHelper(run func() int) int {
	done := make(chan struct{})
	n := 0
	go func() {
		n = run()
		finish(done)
	}()
	await(done)
	return n
}

func finish(done chan struct{}) { close(done) }

func await(done chan struct{}) { <-done }

func byGroup(run func() (int, error)) (int, error) {
	group, _ := errgroup.WithContext(context.Background())
	n := 0
	group.Go(func() (err error) {
		n, err = run()
		return err
	})
	err := group.Wait()
	return n, err
}

func returnedWithWait(run func() (int, error)) (int, error) {
	var group errgroup.Group
	n := 0
	group.Go(func() (err error) {
		n, err = run()
		return err
	})
	return n, group.Wait()
}

func byCond(run func() int) int {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	n, ready := 0, false
	go func() {
		v := run()
		mu.Lock()
		n, ready = v, true
		mu.Unlock()
		cond.Broadcast()
	}()
	mu.Lock()
	defer mu.Unlock()
	for !ready {
		cond.Wait()
	}
	return n
}

func byAtomic(run func() int) int {
	var done atomic.Bool
	n := 0
	go func() {
		n = run()
		done.Store(true)
	}()
	for !done.Load() {
		time.Sleep(time.Millisecond)
	}
	return n
}

func bySemaphore(jobs []func() int) int {
	slot := make(chan struct{}, 1)
	var wg sync.WaitGroup
	sum := 0
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			slot <- struct{}{}
			sum += job()
			<-slot
		}()
	}
	wg.Wait()
	return sum
}

func bySending(n int) <-chan int {
	start, out := make(chan struct{}), make(chan int)
	go func() {
		<-start
		out <- n
	}()
	n++
	close(start)
	return out
}

func turnByTurn(jobs []func() int) int {
	sum := 0
	for _, job := range jobs {
		done := make(chan struct{})
		go func() {
			sum += job()
			close(done)
		}()
		<-done
	}
	return sum
}

func deferredWait(run func() int, tell func(int)) {
	var wg sync.WaitGroup
	n := 0
	defer func() { tell(n) }()
	defer wg.Wait()
	wg.Add(1)
	go func() {
		defer wg.Done()
		n = run()
	}()
}

func sameFlag(run func() int, parallel bool) int {
	done := make(chan struct{})
	n := 0
	if parallel {
		go func() {
			defer close(done)
			n = run()
		}()
	} else {
		n = run()
	}
	if parallel {
		<-done
	}
	return n
}

func maybeStarted(run func() int, parallel bool) int {
	var done chan struct{}
	n := 0
	if parallel {
		done = make(chan struct{})
		go func() {
			defer close(done)
			n = run()
		}()
	}
	if done != nil {
		<-done
	}
	return n
}

func returnsItself(run func() error) (wg *sync.WaitGroup) {
	wg = &sync.WaitGroup{}
	wg.Add(1)
	go func() {
		defer wg.Done()
		_ = run()
	}()
	return wg
}

func allOfThem(workers int, work func()) int {
	done := make(chan bool)
	n := 0
	for i := 0; i < workers; i++ {
		go func() {
			work()
			done <- true
		}()
	}
	for i := 0; i < workers; i++ {
		<-done
		n++
	}
	return n
}

func handedOverLock(run func() int) int {
	var mu sync.Mutex
	n := 0
	mu.Lock()
	go func() {
		n = run()
		mu.Unlock()
	}()
	mu.Lock()
	defer mu.Unlock()
	return n
}

func withContext(ctx context.Context, run func() error) error {
	var err error
	done := make(chan struct{})
	go func() {
		err = run()
		close(done)
	}()
	select {
	case <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func onlyIfItEnded(ctx context.Context, find func() (string, error)) string {
	var name string
	err := withContext(ctx, func() (err error) {
		name, err = find()
		return err
	})
	if err != nil {
		return ""
	}
	return name
}

// The first of several errors, under a Once: one goroutine writes.
func firstError(items []string, work func(string) error) (first error) {
	var once sync.Once
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := work(item); err != nil {
				once.Do(func() { first = err })
			}
		}()
	}
	wg.Wait()
	return first
}

// The goroutines call a literal that locks, and so does who started them.
func namedLiteral(names []string) int {
	var mu sync.Mutex
	seen := map[string]int{}
	add := func(name string) {
		mu.Lock()
		defer mu.Unlock()
		seen[name]++
	}
	for _, name := range names {
		go func() { add(name) }()
	}
	add("first")
	mu.Lock()
	defer mu.Unlock()
	return len(seen)
}

// What a variable holds that is given another literal isn't known.
func changedLiteral(names []string, plain bool) (n int) {
	var mu sync.Mutex
	count := func() { n++ }
	if !plain {
		count = func() {
			mu.Lock()
			n++
			mu.Unlock()
		}
	}
	for range names {
		go func() { count() }()
	}
	mu.Lock()
	defer mu.Unlock()
	return n
}

// Each call of the literal has a parameter of its own, and starts one goroutine.
func byCalls(texts map[string][]byte, read func([]byte) ([]byte, error), use func([]byte)) error {
	var group errgroup.Group
	for name, text := range texts {
		func(name string, text []byte) {
			group.Go(func() error {
				if name == "" {
					return nil
				}
				var err error
				text, err = read(text)
				if err == nil {
					use(text)
				}
				return err
			})
		}(name, text)
	}
	return group.Wait()
}

// The turn of each item has been when its goroutine writes it.
func byTurns(names []string, load func(string) string) error {
	var group errgroup.Group
	for i, name := range names {
		group.Go(func() error {
			names[i] = load(name)
			return nil
		})
	}
	return group.Wait()
}

// Each call of a literal has an index of its own, and starts a goroutine for it.
func byCall(names []string, measure func(string) int) []int {
	var wg sync.WaitGroup
	lengths := make([]int, len(names))
	for i, name := range names {
		func(i int, name string) {
			wg.Go(func() {
				lengths[i] = measure(name)
			})
		}(i, name)
	}
	start := func(i int, name string) {
		wg.Go(func() {
			lengths[i] += measure(name)
		})
	}
	wg.Wait()
	for i, name := range names {
		start(i, name)
	}
	wg.Wait()
	return lengths
}
