// Package negative counts its goroutines before they start.
package negative

import "sync"

type tally struct{ n int }

func (t *tally) Add(n int) { t.n += n }
func (t *tally) Done()     {}

func before(jobs []func()) {
	var wg sync.WaitGroup
	wg.Add(len(jobs))
	for _, job := range jobs {
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

func library(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Go(job)
	}
	wg.Wait()
}

// The group belongs to the goroutine.
func own(jobs []func()) {
	go func() {
		var wg sync.WaitGroup
		wg.Add(1)
		defer wg.Done()
		for _, job := range jobs {
			job()
		}
	}()
}

// A parameter of the literal is no captured group either: whose it is, only the call tells.
func parent(outer *sync.WaitGroup, jobs []func()) {
	outer.Add(1)
	go func() {
		defer outer.Done()
		for _, job := range jobs {
			outer.Add(1)
			go func() {
				defer outer.Done()
				job()
			}()
		}
	}()
}

// Two groups.
func two(a, b *sync.WaitGroup) {
	a.Add(1)
	go func() {
		println("adding")
		b.Add(1)
		defer a.Done()
	}()
}

// Not a WaitGroup.
func other(t *tally) {
	go func() {
		t.Add(1)
		defer t.Done()
	}()
}

// Not a goroutine.
func inline(wg *sync.WaitGroup) {
	func() {
		wg.Add(1)
		defer wg.Done()
	}()
}
