// Package captured shares local variables with goroutines that nothing orders.
package captured

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

var errTimeout = errors.New("timeout")

func namedResult(run func() error) (err error) {
	done := make(chan error, 1)
	go func() {
		err = run() // want "`err` is written in a goroutine while `namedResult` writes it"
		done <- err
	}()
	select {
	case err = <-done:
		return err
	case <-time.After(time.Second):
		return errTimeout
	}
}

func otherChannel(run func() int) int {
	done, other := make(chan struct{}), make(chan struct{})
	n := 0
	go func() {
		defer close(done)
		n = run() // want "`n` is written in a goroutine while `otherChannel` reads it"
	}()
	close(other)
	<-other
	return n
}

func readsOuterErr(run func() error, log func(error)) (err error) {
	go func() {
		if rerr := run(); rerr != nil {
			log(err) // want "`err` is read in a goroutine while `readsOuterErr` writes it"
		}
	}()
	err = run()
	return err
}

func siblings(first, second func() int) int {
	var wg sync.WaitGroup
	best := 0
	wg.Add(2)
	go func() {
		defer wg.Done()
		best = first() // want "`best` is written in one goroutine while another (reads|writes) it"
	}()
	go func() {
		defer wg.Done()
		if n := second(); n > best {
			best = n
		}
	}()
	wg.Wait()
	return best
}

func byGroup(names []string, load func(string) (int, error)) (int, error) {
	var group errgroup.Group
	total := 0
	for _, name := range names {
		group.Go(func() error {
			n, err := load(name)
			total += n // want "`total` is written by a goroutine that is started more than once"
			return err
		})
	}
	return total, group.Wait()
}

func reusedOuterVariable(next func() (string, bool), greet func(string)) {
	var name string
	for {
		var ok bool
		name, ok = next()
		if !ok {
			return
		}
		go func() {
			greet(name) // want "`name` is read in a goroutine while `reusedOuterVariable` writes it"
		}()
	}
}

func onlyOneSideLocks(jobs []func() int) int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	sum := 0
	for _, job := range jobs {
		sum++ // want "`sum` is (read|written) while the goroutine that was started before writes it"
		wg.Add(1)
		go func() {
			defer wg.Done()
			n := job()
			mu.Lock()
			sum += n
			mu.Unlock()
		}()
	}
	wg.Wait()
	return sum
}

func nested(run func() int) (n int) {
	started := make(chan struct{})
	go func() {
		go func() {
			n = run() // want "`n` is written in a goroutine while `nested` writes it"
		}()
		close(started)
	}()
	<-started
	return 1
}

func startedByLiteral(run func() int) int {
	n := 0
	start := func() {
		go func() {
			n = run() // want "`n` is written in a goroutine while `startedByLiteral` reads it"
		}()
	}
	start()
	return n
}

func pipeline(in []string, parse func(string) (int, error)) (err error) {
	parsed := make(chan int, 10)
	done := make(chan struct{})
	go func() {
		defer close(parsed)
		for _, s := range in {
			var n int
			n, err = parse(s) // want "`err` is written in one goroutine while another writes it"
			parsed <- n
		}
	}()
	go func() {
		defer close(done)
		for n := range parsed {
			_, err = parse(fmt.Sprint(n))
		}
	}()
	<-done
	return err
}

func cancelledEarly(ctx context.Context, run func() int) int {
	ctx, cancel := context.WithCancel(ctx)
	n := 0
	go func() {
		n = run() // want "`n` is written in a goroutine while `cancelledEarly` reads it"
	}()
	cancel()
	<-ctx.Done()
	return n
}

type result struct {
	value int
	err   error
}

func structField(run func() (int, error)) int {
	var r result
	go func() {
		r.value, r.err = run() // want "`r` is written in a goroutine while `structField` reads it"
	}()
	return r.value
}

type queue struct {
	jobs chan func()
}

func (q *queue) enqueue(job func()) error {
	select {
	case q.jobs <- job:
		return nil
	default:
		return errTimeout
	}
}

func (q *queue) sentToWorker(run func() error, log func(error)) (err error) {
	return q.enqueue(func() {
		err = run() // want "`err` is written in a goroutine while `.*sentToWorker` writes it"
		log(err)
	})
}

func withContext(ctx context.Context, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func leftBefore(ctx context.Context, find func() (string, error)) (string, error) {
	name, err := find()
	err = withContext(ctx, func() error {
		name, err = find() // want "`err` is written in a goroutine while `leftBefore` writes it"
		return err
	})
	return name, err
}

type pool struct {
	size atomic.Int64
	jobs []func(int) int
}

func (p *pool) limit() int { return int(p.size.Load()) }

// What is read of an atomic orders nothing unless a branch on it leads there.
func (p *pool) eachWithLimit() int {
	var wg sync.WaitGroup
	last := 0
	for _, job := range p.jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			n := job(p.limit())
			last = n // want "`last` is written by a goroutine that is started more than once"
			p.size.Store(int64(n))
		}()
	}
	wg.Wait()
	return last
}

func (p *pool) oneAfterTheOther() int {
	var wg sync.WaitGroup
	last := 0
	for number, job := range p.jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for p.limit() < number {
				runtime.Gosched()
			}
			last = job(last)
			p.size.Add(1)
		}()
	}
	wg.Wait()
	return last
}
