// Package appended lets goroutines append to one slice.
package appended

import "sync"

func withStarter(values []int, keep func(int) bool) (kept []int) {
	done := make(chan struct{})
	go func() {
		for _, v := range values {
			if keep(v) {
				kept = append(kept, v) // want "the slice `kept` is written in a goroutine while `withStarter`"
			}
		}
		close(done)
	}()
	kept = append(kept, 0)
	<-done
	return kept
}

func lockedInHalf(batches [][]string) []string {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var all []string
	for _, batch := range batches {
		if len(batch) == 1 {
			all = append(all, batch[0]) // want "the slice `all` is (read|written) while the goroutine that was started before"
			continue
		}
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, batch...)
		})
	}
	wg.Wait()
	return all
}

func sameElement(jobs []func() error) error {
	errs := make([]error, 1)
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Go(func() {
			if err := job(); err != nil {
				errs[0] = err // want "the slice `errs` is written by a goroutine that is started more than once"
			}
		})
	}
	wg.Wait()
	return errs[0]
}

func rangedTooEarly(n int, square func(int) int) (sum int) {
	squares := make([]int, n)
	for i := range squares {
		go func() { squares[i] = square(i) }() // want "the slice `squares` is written in a goroutine while `rangedTooEarly` reads it"
	}
	for _, v := range squares {
		sum += v
	}
	return sum
}

func throughANamedLiteral(names []string, look func(name string, known []string)) {
	var mu sync.Mutex
	var seen []string
	add := func(name string) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, name)
	}
	for _, name := range names {
		go func(known []string) {
			look(name, known)
			add(name)
		}(seen) // want "the slice `seen` is read while the goroutine that was started before writes it"
	}
}

func ahead(names []string, load func(string) string) {
	var wg sync.WaitGroup
	for i, name := range names[1:] {
		wg.Add(1)
		go func() {
			defer wg.Done()
			names[i] = load(name)
		}()
	}
	wg.Wait()
}

func next(names []string, load func(string) string) {
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			names[i+1] = load(name) // want "the slice `names` is written in a goroutine while `next` reads it"
		}()
	}
	wg.Wait()
}

func threefold(names []string, use func([]byte)) {
	var wg sync.WaitGroup
	for _, name := range names {
		func(name string, text []byte) {
			for range 3 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					text = append(text, name...) // want "the slice `text` is written by a goroutine that is started more than once"
					use(text)
				}()
			}
		}(name, nil)
	}
	wg.Wait()
}
