// Package goroutines joins what it starts before it touches what they touched.
package goroutines

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

func distinct(ctx context.Context, names []string, load func(context.Context, string) (int, error)) ([]int, error) {
	results := make([]int, len(names))
	group, ctx := errgroup.WithContext(ctx)
	for i, name := range names {
		group.Go(func() error {
			n, err := load(ctx, name)
			results[i] = n
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	results[0]++
	return results, nil
}

func counted(jobs []func() error) (failed int) {
	errs := make(chan error, len(jobs))
	for _, job := range jobs {
		go func() { errs <- job() }()
	}
	for range jobs {
		if err := <-errs; err != nil {
			failed++
		}
	}
	return failed
}

func joinedByClose(load func() map[string]int) map[string]int {
	var m map[string]int
	done := make(chan struct{})
	go func() {
		defer close(done)
		m = load()
	}()
	<-done
	m["more"] = 1
	return m
}

func perTurn(values []int) []int {
	var mu sync.Mutex
	var out []int
	var wg sync.WaitGroup
	for _, v := range values {
		wg.Go(func() {
			square := v * v
			mu.Lock()
			defer mu.Unlock()
			out = append(out, square)
		})
	}
	wg.Wait()
	return out
}

// The worker ends when its context does, and is waited for.
type worker struct {
	cancel context.CancelFunc
	done   chan struct{}
	seen   int
}

func startWorker(parent context.Context, in <-chan int) *worker {
	ctx, cancel := context.WithCancel(parent)
	w := &worker{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for {
			select {
			case <-ctx.Done():
				return
			case <-in:
				w.seen++
			}
		}
	}()
	return w
}

func (w *worker) stop() int {
	w.cancel()
	<-w.done
	return w.seen
}
