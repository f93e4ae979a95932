// Package channels uses channels, timers and errgroups as they are meant to be used.
package channels

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// The last value counts: what is in the way is taken out.
type latest struct {
	values chan int
}

func newLatest() *latest { return &latest{values: make(chan int, 1)} }

func (l *latest) set(n int) {
	for {
		select {
		case l.values <- n:
			return
		default:
		}
		select {
		case <-l.values:
		default:
		}
	}
}

// A nil channel switches its case off.
func forward(in <-chan int, out chan<- int, stop <-chan struct{}) {
	var ready chan<- int
	var next int
	for {
		select {
		case n, ok := <-in:
			if !ok {
				return
			}
			next, ready = n, out
		case ready <- next:
			ready = nil
		case <-stop:
			return
		}
	}
}

// One timer for all turns, stopped and drained before it is set again.
func debounce(in <-chan int, quiet time.Duration, flush func(int)) {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	last := 0
	for {
		select {
		case n, ok := <-in:
			if !ok {
				return
			}
			last = n
			if !timer.Stop() {
				select {
				case <-timer.C:
				default:
				}
			}
			timer.Reset(quiet)
		case <-timer.C:
			flush(last)
			timer.Reset(quiet)
		}
	}
}

// The parent's context goes on when the group's is over.
func load(ctx context.Context, parts []func(context.Context) (int, error), store func(context.Context, []int) error) error {
	sums := make([]int, len(parts))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for i, part := range parts {
		g.Go(func() (err error) {
			sums[i], err = part(gctx)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return store(ctx, sums)
}

// The handler waits for whoever writes, whichever way it ends.
func stream(lines func(context.Context) <-chan string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		var wg sync.WaitGroup
		defer wg.Wait()
		wg.Add(1)
		go func() {
			defer wg.Done()
			for line := range lines(ctx) {
				if _, err := w.Write([]byte(line)); err != nil {
					cancel()
					return
				}
			}
		}()
		<-ctx.Done()
	}
}

// A turn is a function, whose deferred calls run at its end.
func work(names <-chan string, read func(*os.File)) {
	for name := range names {
		func() {
			file, err := os.Open(name)
			if err != nil {
				return
			}
			defer file.Close()
			read(file)
		}()
	}
}

func untilInterrupted(run func(context.Context)) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	defer signal.Stop(signals)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx)
	}()
	<-signals
	cancel()
	<-done
}

// Who sends takes the panic for an answer.
type feed struct {
	mu    sync.Mutex
	ended bool
	lines chan string
}

func (f *feed) isEnded() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ended
}

// Send may come too late.
func (f *feed) Send(line string) {
	if f.isEnded() {
		return
	}
	defer func() { _ = recover() }()
	f.lines <- line
}

// End closes.
func (f *feed) End() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.ended {
		f.ended = true
		close(f.lines)
	}
}
