// Package appended gives each goroutine elements of its own, or a lock.
package appended

import "sync"

func locked(batches [][]string) []string {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var all []string
	for _, batch := range batches {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, batch...)
		})
	}
	wg.Wait()
	return all
}

func halves(values []int, sum func([]int) int) int {
	var sums [2]int
	var wg sync.WaitGroup
	middle := len(values) / 2
	wg.Add(2)
	go func() {
		defer wg.Done()
		sums[0] = sum(values[:middle])
	}()
	go func() {
		defer wg.Done()
		sums[1] = sum(values[middle:])
	}()
	wg.Wait()
	return sums[0] + sums[1]
}

func ownSlice(batches [][]string, use func([]string)) {
	var wg sync.WaitGroup
	for _, batch := range batches {
		wg.Go(func() {
			var own []string
			own = append(own, batch...)
			use(own)
		})
	}
	wg.Wait()
}

func collected(n int, work func(int) string) []string {
	results := make(chan string)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { results <- work(i) })
	}
	var all []string
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for one := range results {
			all = append(all, one)
		}
	}()
	wg.Wait()
	close(results)
	<-finished
	return all
}
