// Package answers asks a goroutine by one channel and gets its answers by another.
package answers

import "errors"

type job struct{ n int }

func Once() int {
	in, out := make(chan *job), make(chan *job)
	go func() {
		for j := range in {
			j.n++
			out <- j
		}
		close(out)
	}()
	in <- &job{}
	j := <-out
	close(in)
	return j.n
}

func Each(ns []int) (total int) {
	in, out := make(chan int), make(chan int)
	defer close(in)
	go func() {
		for {
			n, ok := <-in
			if !ok {
				return
			}
			out <- 2 * n
		}
	}()
	for _, n := range ns {
		in <- n
		total += <-out
	}
	return total
}

func Impatient(ns []int) (int, error) {
	in, out := make(chan int), make(chan int)
	defer close(in)
	go func() {
		for n := range in {
			out <- 2 * n // want "the send on `out` may block for ever"
		}
	}()
	in <- len(ns)
	if len(ns) == 0 {
		return 0, errors.New("nothing to do")
	}
	return <-out, nil
}

func Twice(n int) int {
	in, out := make(chan int), make(chan int)
	defer close(in)
	go func() {
		for n := range in {
			out <- n // want "the send on `out` may block for ever"
			out <- n + 1
		}
	}()
	in <- n
	return <-out
}

// The source isn't asked.
func First(ns []int) int {
	in, out := make(chan int), make(chan int)
	go func() {
		defer close(in)
		for _, n := range ns {
			in <- n
		}
	}()
	go func() {
		for n := range in {
			out <- 2 * n // want "the send on `out` may block for ever"
		}
	}()
	return <-out
}
