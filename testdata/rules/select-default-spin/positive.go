// Package positive asks and never waits.
package positive

import (
	"context"
	"time"
)

func two(a, b <-chan int, use func(int)) {
	for {
		select { // want "spins while nobody is ready"
		case n := <-a:
			use(n)
		default:
		}
		select {
		case n := <-b:
			use(n)
		default:
		}
	}
}

func labelled(a <-chan int, use func(int)) {
again:
	for {
		select { // want "spins while nobody is ready"
		case n := <-a:
			if n == 0 {
				break again
			}
			use(n)
		default:
			continue again
		}
	}
}

type pump struct {
	stopped bool
	in      chan int
}

func (p *pump) condition(use func(int)) {
	for !p.stopped {
		select { // want "spins while nobody is ready"
		case n := <-p.in:
			use(n)
		default:
		}
	}
}

func send(ctx context.Context, out chan<- int) {
	for {
		select { // want "spins while nobody is ready"
		case out <- 1:
			return
		case <-ctx.Done():
			return
		default:
		}
	}
}

func goTo(a <-chan int) int {
again:
	select { // want "spins while nobody is ready"
	case n := <-a:
		return n
	default:
		goto again
	}
}

func clock(a <-chan int) int {
	for {
		select { // want "spins while nobody is ready"
		case n := <-a:
			return n
		case <-time.After(time.Second):
			return 0
		default:
		}
	}
}

// How full another channel is says nothing of this one.
func untilFull(lines chan string, ends <-chan func()) {
	for len(lines) < cap(lines) {
		select { // want "spins while nobody is ready"
		case end := <-ends:
			end()
		default:
		}
	}
}
