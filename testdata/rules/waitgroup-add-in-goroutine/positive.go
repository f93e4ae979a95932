// Package positive counts goroutines after they have started.
package positive

import "sync"

type crew struct {
	sync.WaitGroup
	done *sync.WaitGroup
}

func each(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		go func() {
			// counted too late
			wg.Add(1) // want "`wg.Add` runs in the goroutine that it counts"
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

func pointer(wg *sync.WaitGroup, job func()) {
	go func() {
		println("starting")
		wg.Add(1) // want "`wg.Add` runs in the goroutine that it counts"
		defer wg.Done()
		job()
	}()
}

func (c *crew) embedded(job func()) {
	go func() {
		c.Add(1) // want "`c.Add` runs in the goroutine that it counts"
		job()
		c.Done()
	}()
}

func (c *crew) field(job func(int), n int) {
	go func(n int) {
		c.done.Add(1) // want "`c.done.Add` runs in the goroutine that it counts"
		defer c.done.Done()
		job(n)
	}(n)
}

func named(wg *sync.WaitGroup) {
	go counted(wg)
}

func counted(wg *sync.WaitGroup) {
	wg.Add(1) // known-fn: only function literals are looked at
	defer wg.Done()
}
