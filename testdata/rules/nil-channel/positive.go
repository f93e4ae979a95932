// Package positive uses channels that nobody makes.
package positive

import "sync"

var ticks chan int

var (
	first, second chan bool
)

func global() int {
	return <-ticks // want "the receive from `ticks` waits for ever"
}

func ranged(use func(bool)) {
	for b := range first { // want "the receive from `first` waits for ever"
		use(b)
	}
}

func closes() {
	close(second) // want "the close of `second` panics"
}

func local() int {
	var results chan int
	results <- 1 // want "the send on `results` waits for ever"
	return 1
}

type group struct {
	mu   sync.Mutex
	done chan struct{} // closed at the end
	all  map[string]int
}

func newGroup() *group { return &group{all: map[string]int{}} }

func (g *group) finish() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.done) // want "the close of `group.done` panics"
}

type worker struct {
	group *group
	stop  <-chan struct{}
}

func start(g *group) *worker { return &worker{group: g} }

func (w *worker) wait() {
	select {
	case <-w.stop:
	default:
	}
	<-w.stop // want "the receive from `worker.stop` waits for ever"
}
