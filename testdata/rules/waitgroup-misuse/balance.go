// Package balance keeps its groups to itself, so that what is counted in and out can be added up.
package balance

import "sync"

func nobodyIsDone(work func()) {
	var wg sync.WaitGroup
	wg.Add(1) // want "`wg.Add\\(1\\)` counts more than is ever done: `Wait` waits for ever"
	go work()
	wg.Wait()
}

func forgets(work func()) {
	var wg sync.WaitGroup
	wg.Add(1) // want "counts more than is ever done"
	go func() {
		work()
	}()
	wg.Wait()
}

func threeForTwo(work func()) {
	var wg sync.WaitGroup
	wg.Add(3) // want "`wg.Add\\(3\\)` counts more than is ever done"
	go func() { defer wg.Done(); work() }()
	go func() { defer wg.Done(); work() }()
	wg.Wait()
}

func tooLate() {
	var wg sync.WaitGroup
	wg.Add(1) // want "counts more than is ever done"
	wg.Wait()
	wg.Done()
}

func atTheEnd() {
	var wg sync.WaitGroup
	wg.Add(1) // want "counts more than is ever done"
	defer wg.Done()
	wg.Wait()
}

func waitsForItself() {
	var wg sync.WaitGroup
	wg.Add(1) // want "counts more than is ever done"
	go func() {
		defer wg.Done()
		wg.Wait()
	}()
}

func startedTooLate(work func()) {
	var wg sync.WaitGroup
	wg.Add(1) // want "counts more than is ever done"
	wg.Wait()
	go func() {
		defer wg.Done()
		work()
	}()
}

func doneTwice() {
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Done()
	wg.Done() // want "`wg.Done\\(\\)` takes away more than was added: the counter gets negative"
	wg.Wait()
}

func negative() {
	var wg sync.WaitGroup
	wg.Add(-1) // want "`wg.Add\\(-1\\)` takes away more than was added"
}

func starterInTheRing(work func()) {
	var ready, run sync.WaitGroup
	ready.Add(1)
	run.Add(1)
	go func() {
		defer ready.Done()
		run.Wait() // want "`run.Wait\\(\\)` waits for a goroutine that waits for this one"
		work()
	}()
	ready.Wait()
	run.Done()
}

// What follows adds up, or may.

func released(work func()) {
	var start, end sync.WaitGroup
	start.Add(1)
	for range 3 {
		end.Add(1)
		go func() {
			defer end.Done()
			start.Wait()
			work()
		}()
	}
	start.Done()
	end.Wait()
}

func perTurn(items []func()) {
	for _, item := range items {
		var wg sync.WaitGroup
		wg.Add(2)
		go func() { item(); wg.Done() }()
		wg.Done()
		wg.Wait()
	}
}

func handed(work func(*sync.WaitGroup)) {
	var wg sync.WaitGroup
	wg.Add(1)
	go work(&wg)
	wg.Wait()
}

func kept(register func(func())) {
	var wg sync.WaitGroup
	wg.Add(2)
	register(func() { wg.Done() })
	wg.Wait()
}

func named(work func()) {
	var wg sync.WaitGroup
	run := func() {
		work()
		wg.Done()
	}
	wg.Add(2)
	go run()
	go run()
	wg.Wait()
}

func methodValue(after func(func())) {
	var wg sync.WaitGroup
	wg.Add(1)
	after(wg.Done)
	wg.Wait()
}

func looped(work func(int)) {
	var wg sync.WaitGroup
	wg.Add(4)
	for i := 0; i < 4; i++ {
		go func() {
			defer wg.Done()
			work(i)
		}()
	}
	wg.Wait()
}

func open(n int, work func()) {
	var wg sync.WaitGroup
	wg.Add(n)
	wg.Add(1)
	go func() { defer wg.Done(); work() }()
	wg.Wait()
}

func counted(work func()) {
	var wg sync.WaitGroup
	wg.Go(work)
	wg.Go(func() { work() })
	wg.Wait()
}

func nestedStart(work func()) {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		go func() {
			defer wg.Done()
			work()
		}()
	}()
	wg.Wait()
}

func takenBack(ok bool, work func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	if ok {
		go func() { defer wg.Done(); work() }()
	} else {
		wg.Done()
	}
	wg.Wait()
}
