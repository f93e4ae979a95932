// Package announced tells that it is done last, or nobody reads what comes after.
package announced

import "sync"

func last(run func() int) (n int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		n = run()
		wg.Done()
	}()
	wg.Wait()
	return n
}

func ownAfterwards(run func() int, count func(int)) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		n := run()
		wg.Done()
		n++
		count(n)
	}()
	wg.Wait()
}

func toldTwice(run func() int) (n int) {
	var started, finished sync.WaitGroup
	started.Add(1)
	finished.Add(1)
	go func() {
		started.Done()
		n = run()
		finished.Done()
	}()
	started.Wait()
	finished.Wait()
	return n
}
