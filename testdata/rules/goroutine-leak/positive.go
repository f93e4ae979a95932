// Package positive leaves goroutines waiting at channels that nobody else is at any more.
package positive

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

func severalResults(ctx context.Context, load func() (int, error)) (int, error) {
	values := make(chan int)
	go func() {
		n, err := load()
		if err != nil {
			values <- -1 // want "the send on `values` may block for ever: `severalResults` may end"
			return
		}
		values <- n
	}()
	select {
	case n := <-values:
		return n, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func failsBeforeItReceives(check func() error, work func() error) error {
	done := make(chan error)
	go func() {
		done <- work() // want "the send on `done` may block for ever: `failsBeforeItReceives` may end without receiving"
	}()
	if err := check(); err != nil {
		return err
	}
	return <-done
}

func firstOfTwo(a, b func() error) error {
	done := make(chan error)
	go func() { done <- a() }()
	go func() { done <- b() }() // want "the send on `done` may block for ever"
	return <-done
}

func roomForOneOfTwo(a, b, c func() error) error {
	done := make(chan error, 1)
	go func() { done <- a() }()
	go func() { done <- b() }()
	go func() { done <- c() }() // want "the send on `done` may block for ever"
	return <-done
}

func roomForOne(work func() error, log func(error)) {
	done := make(chan error)
	stop := make(chan struct{})
	go func() {
		err := work()
		if err != nil {
			close(stop)
		}
		done <- err // want "the send on `done` may block for ever: `roomForOne` may end"
	}()
	select {
	case err := <-done:
		log(err)
	case <-stop:
	}
}

func worker(jobs <-chan int, results chan<- int) {
	for job := range jobs { // want "the range over `jobs` may block for ever: nobody closes `jobs`"
		results <- job * 2
	}
}

func neverClosed(values []int) (sum int) {
	jobs := make(chan int, len(values))
	results := make(chan int, len(values))
	go worker(jobs, results)
	for _, v := range values {
		jobs <- v
	}
	for range values {
		sum += <-results
	}
	return sum
}

func produce(out chan<- []byte, r io.Reader) {
	defer close(out)
	for {
		buf := make([]byte, 512)
		n, err := r.Read(buf)
		if err != nil {
			return
		}
		out <- buf[:n] // want "the send on `out` may block for ever: `consume` may end without receiving"
	}
}

func consume(r io.Reader, use func([]byte) error) error {
	out := make(chan []byte)
	go produce(out, r)
	for buf := range out {
		if err := use(buf); err != nil {
			return err
		}
	}
	return nil
}

func throughOnce(once *sync.Once, stop func() error, limit time.Duration) (err error) {
	once.Do(func() {
		start := func() (<-chan error, func()) {
			ended := make(chan error)
			return ended, func() { ended <- stop() } // want "the send on `ended` may block for ever"
		}
		ended, run := start()
		go run()
		select {
		case err = <-ended:
		case <-time.After(limit):
			err = errors.New("too slow")
		}
	})
	return err
}

func callerSends(rows []string, write func(string) error) {
	lines := make(chan string)
	go func() {
		for line := range lines {
			if err := write(line); err != nil {
				return
			}
		}
	}()
	for _, row := range rows {
		lines <- row // want "the send on `lines` may block for ever: `callerSends.func1` may end without receiving"
	}
	close(lines)
}

func inGroup(wg *sync.WaitGroup, work func() error, quick func() bool) error {
	done := make(chan error)
	wg.Go(func() {
		done <- work() // want "the send on `done` may block for ever"
	})
	if quick() {
		return nil
	}
	return <-done
}

func nobodyReceives(work func()) {
	done := make(chan struct{})
	go func() {
		work()
		done <- struct{}{} // want "the send on `done` may block for ever: nobody receives from `done`"
	}()
}

func sendsToItself(n int) int {
	numbers := make(chan int)
	numbers <- n // want "the send on `numbers` may block for ever: nobody but `sendsToItself` itself receives from `numbers`"
	return <-numbers
}

func startsOneForItself(work func()) {
	turn := make(chan struct{})
	go func() {
		<-turn // want "the receive from `turn` may block for ever: nobody but `startsOneForItself.func1` itself sends on"
		work()
		turn <- struct{}{}
	}()
}

func closesTooLate(work func()) {
	done := make(chan struct{})
	work()
	<-done // want "the receive from `done` may block for ever: nobody but `closesTooLate` itself sends on"
	close(done)
}

// The loop asks again: that it went on when it started the last one says nothing.
func firstOfThree(work func(int) string) string {
	answers := make(chan string)
	for i := 0; i < 3; i++ {
		go func() {
			answers <- work(i) // want "the send on `answers` may block for ever"
		}()
	}
	return <-answers
}
