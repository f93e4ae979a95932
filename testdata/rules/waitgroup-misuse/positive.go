// Package counted counts goroutines wrongly.
package counted

import (
	"errors"
	"sync"
)

var errEmpty = errors.New("empty")

func skippedDone(jobs []func() (int, error), use func(int)) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			n, err := job()
			if errors.Is(err, errEmpty) {
				return
			}
			use(n)
			wg.Done() // want "`wg.Done\\(\\)` is not reached on every path"
		}()
	}
	wg.Wait()
}

type pool struct {
	wg   sync.WaitGroup
	work chan func()
}

func (p *pool) start(n int) {
	for range n {
		go p.run()
	}
}

func (p *pool) run() {
	p.wg.Add(1) // want "runs in the goroutine that it counts"
	for job := range p.work {
		job()
	}
	p.wg.Done()
}

func (p *pool) once(check func() bool) {
	p.wg.Add(1)
	go func() {
		if check() {
			p.wg.Done() // want "is not reached on every path"
		}
	}()
}

func (p *pool) stop() {
	close(p.work)
	p.wg.Wait()
}

func oneByOne(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			job()
		}()
		wg.Wait() // want "waits in the loop for the goroutine that the same turn starts"
	}
}

func late(jobs []func(), log func(string)) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		go func() {
			log("start")
			wg.Add(1) // want "runs in the goroutine that it counts"
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

func twice(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Go(func() {
			defer wg.Done() // want "`wg.Done\\(\\)` counts down what `Go` counts down itself: the counter gets negative"
			job()
		})
	}
	wg.Wait()
}

func eachOther(load, show func()) {
	var loaded, shown sync.WaitGroup
	loaded.Add(1)
	shown.Add(1)
	go func() {
		defer loaded.Done()
		load()
		shown.Wait() // want "`shown.Wait\\(\\)` waits for a goroutine that waits for this one: neither comes to its `Done`"
	}()
	go func() {
		loaded.Wait()
		show()
		shown.Done()
	}()
	loaded.Wait()
	shown.Wait()
}
