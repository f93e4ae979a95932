// Package negative waits, works or leaves.
package negative

import (
	"runtime"
	"time"
)

func counted(a <-chan int, use func(int)) {
	for i := 0; i < 3; i++ {
		select {
		case n := <-a:
			use(n)
		default:
		}
	}
}

func each(as []chan int, use func(int)) {
	for _, a := range as {
		select {
		case n := <-a:
			use(n)
		default:
		}
	}
}

func yields(a <-chan int) int {
	for {
		select {
		case n := <-a:
			return n
		default:
			runtime.Gosched()
		}
	}
}

func ticks(a, tick <-chan int, use func(int)) {
	for {
		select {
		case n := <-a:
			use(n)
		default:
		}
		<-tick
	}
}

func second(a, b <-chan int, use func(int)) {
	for {
		select {
		case n := <-a:
			use(n)
			continue
		default:
		}
		select {
		case n := <-a:
			use(n)
		case n := <-b:
			use(n)
		}
	}
}

func backoff(a <-chan int) int {
	misses := 0
	for {
		select {
		case n := <-a:
			return n
		default:
			misses++
			if misses > 100 {
				return 0
			}
		}
	}
}

func until(a <-chan int, end time.Time) int {
	for time.Now().Before(end) {
		select {
		case n := <-a:
			return n
		default:
		}
	}
	return 0
}

type latest struct {
	values chan int
}

func (l *latest) put(n int) {
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

// What the default clause sets ends the loop.
func drained(a <-chan int) (got []int) {
	for more := true; more; {
		select {
		case n := <-a:
			got = append(got, n)
		default:
			more = false
		}
	}
	return got
}

// Each turn tries something first, several times.
func retried(try func() error, failed chan<- error, use func()) {
	for {
		var err error
		for i := 0; i < 3; i++ {
			if err = try(); err == nil {
				break
			}
		}
		if err != nil {
			select {
			case failed <- err:
			default:
			}
			continue
		}
		use()
	}
}

// A turn that finds nothing has met somebody who took the last one: there is no other turn.
func emptied(lines chan func()) {
	for len(lines) > 0 {
		select {
		case end := <-lines:
			end()
		default:
		}
	}
}
