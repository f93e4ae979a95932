// Package negative lets every goroutine go on.
package negative

import (
	"context"
	"errors"
	"sync"
	"time"
)

func roomForAll(tasks []func() error) error {
	errs := make(chan error, len(tasks))
	for _, task := range tasks {
		go func() { errs <- task() }()
	}
	for range tasks {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func roomForBoth(a, b func() error) error {
	done := make(chan error, 2)
	go func() { done <- a() }()
	go func() { done <- b() }()
	return <-done
}

func oneRoomOneReceiver(a, b func() error) error {
	done := make(chan error, 1)
	go func() { done <- a() }()
	go func() { done <- b() }()
	return <-done
}

func allReceived(tasks []func() error) (failed int) {
	errs := make(chan error)
	for _, task := range tasks {
		go func() { errs <- task() }()
	}
	for i := 0; i < len(tasks); i++ {
		if err := <-errs; err != nil {
			failed++
		}
	}
	return failed
}

func counted(tasks []func() error) {
	errs := make(chan error)
	for _, task := range tasks {
		go func() { errs <- task() }()
	}
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	for n := 0; ; {
		select {
		case <-errs:
			n++
			if n == len(tasks) {
				return
			}
		case <-ticks.C:
		}
	}
}

func waitedForAnyway(work func() error, limit time.Duration, cancel func()) error {
	done := make(chan error)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		cancel()
		return <-done
	}
}

func drained(work func(chan<- int), enough func(int) bool) {
	values := make(chan int)
	go func() {
		defer close(values)
		work(values)
	}()
	defer func() {
		for range values {
		}
	}()
	for v := range values {
		if enough(v) {
			return
		}
	}
}

func closer(tasks []func() error) error {
	errs := make(chan error)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, task := range tasks {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := task(); err != nil {
				errs <- err
			}
		}()
	}
	go func() {
		wg.Wait()
		close(done)
	}()
	var last error
	for {
		select {
		case last = <-errs:
		case <-done:
			return last
		}
	}
}

func conditional(async bool, work func() error) error {
	done := make(chan error)
	if async {
		go func() { done <- work() }()
	}
	if async {
		return <-done
	}
	return work()
}

func optional(ask bool, work func() error) error {
	var done chan error
	if ask {
		done = make(chan error)
		go func() { done <- work() }()
	}
	if done == nil {
		return nil
	}
	return <-done
}

type keeper struct{ done chan error }

func (k *keeper) escapes(work func() error, limit time.Duration) {
	done := make(chan error)
	k.done = done
	go func() { done <- work() }()
	select {
	case <-done:
	case <-time.After(limit):
	}
}

func handedOn(ctx context.Context, work func() error, collect func(<-chan error)) {
	done := make(chan error)
	go func() { done <- work() }()
	collect(done)
}

func semaphore(items []string, visit func(string)) {
	slots := make(chan struct{}, 4)
	for _, item := range items {
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			visit(item)
		}()
	}
}

func perTurn(ctx context.Context, rounds int, work func() error) error {
	for range rounds {
		done := make(chan error, 1)
		go func() { done <- work() }()
		select {
		case err := <-done:
			if err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func turnByTurn(rounds int, work func() error) error {
	done := make(chan error)
	for range rounds {
		go func() { done <- work() }()
		if err := <-done; err != nil {
			return err
		}
	}
	return nil
}

func endsItself(next func() int) {
	values := make(chan int)
	go func() {
		for v := range values {
			if v < 0 {
				return
			}
		}
	}()
	for v := next(); ; v = next() {
		values <- v
		if v < 0 {
			break
		}
	}
}

func recovers(apply func() error) error {
	out := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				out <- r.(error)
			}
		}()
		out <- apply()
	}()
	return <-out
}

func recoversOrReports(call func() error, limit time.Duration) error {
	out := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				out <- r.(error)
			}
		}()
		if err := call(); err != nil {
			out <- err
			return
		}
		out <- nil
	}()
	select {
	case err := <-out:
		return err
	case <-time.After(limit):
		return nil
	}
}

func forEver(work func()) {
	block := make(chan struct{})
	go func() {
		for {
			work()
		}
	}()
	<-block
}

func main() {
	done := make(chan struct{})
	go func() {
		done <- struct{}{}
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
	}
}

// A send that stands in a loop and ends it comes once.
func begun(steps []func() error, run func()) error {
	started := make(chan error)
	go func() {
		for _, step := range steps {
			if err := step(); err != nil {
				started <- err
				return
			}
		}
		close(started)
		run()
	}()
	return <-started
}

// Each goroutine takes out what was put in for it.
func each(names []string, f func(string) bool) error {
	for _, name := range names {
		if name == "" {
			return context.Canceled
		}
		if f(name) {
			break
		}
	}
	return nil
}

func visit(names []string, limit int, do func(string)) error {
	var wg sync.WaitGroup
	running := make(chan struct{}, limit)
	err := each(names, func(name string) bool {
		if name != "." {
			wg.Add(1)
			running <- struct{}{}
			go func() {
				defer func() {
					<-running
					wg.Done()
				}()
				do(name)
			}()
		}
		return false
	})
	wg.Wait()
	return err
}

// What is deferred answers only where the work didn't come to its own answer.
func deferredAnswer(work func() error, quit chan struct{}) error {
	answers := make(chan error, 1)
	go func() {
		var answered bool
		defer func() {
			if !answered {
				answers <- errors.New("the work has ended its goroutine")
			}
		}()
		answers <- work()
		answered = true
	}()
	select {
	case err := <-answers:
		return err
	case <-quit:
		return nil
	}
}

// There is room for what it takes itself.
func toItself(n int) int {
	numbers := make(chan int, 1)
	numbers <- n
	return <-numbers
}

// Two goroutines of one loop meet.
func pairs(work func(int)) {
	numbers := make(chan int)
	for n := range 2 {
		go func() {
			if n == 0 {
				numbers <- n
				return
			}
			work(<-numbers)
		}()
	}
}

// What is closed gives at once.
func closedBefore() bool {
	done := make(chan struct{})
	close(done)
	_, open := <-done
	return open
}

// Neither of the two has to be done.
func perhaps(n int) {
	numbers := make(chan int)
	select {
	case numbers <- n:
	case <-numbers:
	default:
	}
}
