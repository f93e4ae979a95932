package announced

import "sync"

type job struct {
	wg     sync.WaitGroup
	opened chan struct{}
	closed chan struct{}
	result int
	err    error
	last   int
	late   int
	seen   int
}

func (j *job) start() {
	j.opened, j.closed = make(chan struct{}), make(chan struct{})
	j.wg.Add(1)
	go j.run()
	go j.serve()
}

func (j *job) run() {
	j.seen = 1
	j.wg.Done()
	j.result = 3 // want "`job.result` is written after `j.wg.Done\\(\\)` has announced it"
	j.late = 4
}

func (j *job) wait() int {
	j.wg.Wait()
	return j.result + j.seen
}

// The first announcement is of something else than what is read.
func (j *job) serve() {
	close(j.opened)
	j.err = nil // want "`job.err` is written after `close\\(j.opened\\)` has announced it"
	j.last = 5
	close(j.closed)
}

func (j *job) ready() error {
	<-j.opened
	return j.err
}

func (j *job) end() int {
	<-j.closed
	return j.last
}

type task struct {
	done   chan struct{}
	failed error
	steps  int
}

func (t *task) start(work func()) {
	t.done = make(chan struct{})
	go t.run(work)
}

func (t *task) run(work func()) {
	defer func() {
		t.failed, _ = recover().(error) // want "`task.failed` is written after `close\\(t.done\\)` has announced it"
	}()
	defer close(t.done)
	defer func() { t.steps++ }()
	work()
}

func (t *task) wait() (int, error) {
	<-t.done
	return t.steps, t.failed
}
