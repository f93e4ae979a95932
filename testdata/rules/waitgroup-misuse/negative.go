// Package negative counts before it waits.
package negative

import "sync"

// It counts what it is sent, not itself.
type dispatcher struct {
	wg  sync.WaitGroup
	in  chan int
	out chan int
}

func (d *dispatcher) start() { go d.run() }

func (d *dispatcher) run() {
	for n := range d.in {
		d.wg.Add(1)
		if n < 0 {
			d.wg.Done()
			continue
		}
		d.out <- n
	}
}

func (d *dispatcher) close() {
	d.wg.Wait()
	close(d.in)
}
