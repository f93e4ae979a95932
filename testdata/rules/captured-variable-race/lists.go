package lists

import "sync"

func parallel(fs ...func()) {
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Wait()
}

func inTurn(fs ...func()) {
	for _, f := range fs {
		f()
	}
}

func Total(a, b []int) int {
	total := 0
	parallel(
		func() {
			for _, v := range a {
				total += v // want "`total` is written in one goroutine while another writes it"
			}
		},
		func() {
			for _, v := range b {
				total += v
			}
		},
	)
	return total
}

func Apart(a, b []int) int {
	var x, y int
	parallel(
		func() {
			for _, v := range a {
				x += v
			}
		},
		func() {
			for _, v := range b {
				y += v
			}
		},
	)
	return x + y
}

func InTurn(a, b []int) int {
	total := 0
	inTurn(func() { total += len(a) }, func() { total += len(b) })
	return total
}

func Locked(a, b []int) int {
	var mu sync.Mutex
	total := 0
	add := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		total += n
	}
	parallel(func() { add(len(a)) }, func() { add(len(b)) })
	return total
}
