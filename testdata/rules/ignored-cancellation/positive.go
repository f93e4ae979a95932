// Package positive never stops.
package positive

import (
	"context"
	"time"
)

type worker struct {
	ctx  context.Context
	jobs chan func()
}

func (w *worker) run() {
	for {
		job := <-w.jobs // want "it never looks at `w.ctx`"
		if job == nil {
			continue
		}
		job()
	}
}

func inner(stop <-chan struct{}, step func()) {
	go func() {
		for {
			for i := 0; i < 3; i++ {
				step()
			}
			time.Sleep(time.Second) // want "it never looks at `stop`"
		}
	}()
}

func selects(ctx context.Context, a, b <-chan int, use func(int)) {
	for {
		select { // want "it never looks at `ctx`"
		case n := <-a:
			use(n)
		case n := <-b:
			use(n)
		}
	}
}
