// Package negative stops, or has nobody to tell it.
package negative

import (
	"context"
	"time"
)

func forever(step func()) {
	for {
		step()
		time.Sleep(time.Second)
	}
}

func handedOn(ctx context.Context, step func(context.Context)) {
	for {
		step(ctx)
		time.Sleep(time.Second)
	}
}

func counted(ctx context.Context, step func()) {
	for i := 0; i < 10; i++ {
		step()
		time.Sleep(time.Second)
	}
}

func breaks(ctx context.Context, jobs chan func()) {
	for {
		job, ok := <-jobs
		if !ok {
			break
		}
		job()
	}
}

type queue struct {
	done chan struct{}
	in   chan int
}

func (q *queue) run(use func(int)) {
	for {
		select {
		case n := <-q.in:
			use(n)
		case <-q.done:
			return
		}
	}
}
