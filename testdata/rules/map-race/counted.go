// Package counted asks a map how many items it has.
package counted

type job struct{ id int }

// Loop has one goroutine.
type Loop struct {
	jobs    chan job
	pending map[int]job
	asked   chan chan int
	known   map[int]job
}

// NewLoop starts it.
func NewLoop() *Loop {
	l := &Loop{jobs: make(chan job), pending: map[int]job{}, asked: make(chan chan int), known: map[int]job{}}
	go l.run()
	return l
}

func (l *Loop) run() {
	for {
		select {
		case j := <-l.jobs:
			l.pending[j.id] = j // want "the map `Loop.pending` is written by `.*run` while `.*Pending` reads it"
			l.known[j.id] = j
		case answer := <-l.asked:
			answer <- len(l.known)
		}
	}
}

func (l *Loop) Submit(id int) { l.jobs <- job{id} }

func (l *Loop) Pending() int { return len(l.pending) }

func (l *Loop) Known() int {
	answer := make(chan int)
	l.asked <- answer
	return <-answer
}
