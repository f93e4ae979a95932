// Package negative waits for those who can come.
package negative

import (
	"sync"
	"sync/atomic"
)

type loop struct {
	mu   sync.RWMutex
	n    int
	quit chan struct{}
	done chan struct{}
	room chan int
	ask  chan chan int
}

func start() *loop {
	l := &loop{quit: make(chan struct{}), done: make(chan struct{}), room: make(chan int, 8), ask: make(chan chan int)}
	go l.run()
	go l.serve()
	return l
}

// Both sides share the lock.
func (l *loop) run() {
	defer close(l.done)
	for {
		l.mu.RLock()
		enough := l.n > 10
		l.mu.RUnlock()
		if enough {
			return
		}
	}
}

func (l *loop) shared() {
	l.mu.RLock()
	defer l.mu.RUnlock()
	<-l.done
}

// The lock is taken after the answer only.
func (l *loop) serve() {
	answer := <-l.ask
	answer <- 1
	l.mu.Lock()
	l.n++
	l.mu.Unlock()
}

func (l *loop) question() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	answer := make(chan int)
	l.ask <- answer
	return <-answer
}

// There is room.
func (l *loop) put(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.room <- n
}

func (l *loop) drain() {
	for n := range l.room {
		l.mu.Lock()
		l.n += n
		l.mu.Unlock()
	}
}

// A select has a way out.
func (l *loop) orQuit() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.done:
	case <-l.quit:
	}
}

// The lock is released first.
func (l *loop) released() {
	l.mu.Lock()
	l.n = 11
	l.mu.Unlock()
	<-l.done
}

// Who is counted doesn't need the lock any more.
type crew struct {
	mu    sync.Mutex
	group sync.WaitGroup
	quit  bool
}

func (c *crew) join() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.group.Add(1)
	return !c.quit
}

func (c *crew) hire(work func()) {
	if !c.join() {
		c.group.Done()
		return
	}
	go func() {
		defer c.group.Done()
		work()
	}()
}

func (c *crew) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.quit = true
	c.group.Wait()
}

// A queue whose length is looked at under the lock of all who use it.
type queue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items chan int
}

func newQueue() *queue {
	q := &queue{items: make(chan int, 8)}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(n int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == cap(q.items) {
		return false
	}
	q.items <- n
	q.cond.Signal()
	return true
}

func (q *queue) take() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	return <-q.items
}

func (q *queue) drain() (sum int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) > 0 {
		sum += q.next()
	}
	return sum
}

func (q *queue) next() int {
	if len(q.items) == 0 {
		panic("empty")
	}
	return <-q.items
}

// --- a type that is nothing but a mutex: each object's is its own

// Mutex stands in for another one.
type Mutex struct {
	sync.Mutex
}

type gang struct {
	mtx   Mutex
	wg    sync.WaitGroup
	chore *chore
}

type chore struct {
	Mutex
	left int
}

func (t *chore) work() {
	t.Lock()
	defer t.Unlock()
	t.left--
}

func (g *gang) begin() {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		g.chore.work()
	}()
}

func (g *gang) end() {
	g.mtx.Lock()
	defer g.mtx.Unlock()
	g.wg.Wait()
}

// A bounded queue: both ends are used under the lock, and who sends doesn't wait.
type bounded struct {
	mu    sync.Mutex
	ready *sync.Cond
	n     int
	items chan int
}

func newBounded(size int) *bounded {
	b := &bounded{items: make(chan int, size)}
	b.ready = sync.NewCond(&b.mu)
	return b
}

func (b *bounded) put(item int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.items <- item:
		b.n++
		b.ready.Broadcast()
		return true
	default:
		return false
	}
}

func (b *bounded) take() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.n == 0 {
		b.ready.Wait()
	}
	b.n--
	return <-b.items
}

// A flag says that the receiver is about to come: it needs no lock any more then.
type flushing struct {
	mu    sync.Mutex
	busy  atomic.Bool
	rows  []int
	queue chan int
}

func (f *flushing) add(row int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.busy.Load() && len(f.rows) > 100 {
		f.busy.Store(true)
		f.queue <- len(f.rows)
	}
	f.rows = append(f.rows, row)
}

func (f *flushing) loop() {
	for n := range f.queue {
		f.mu.Lock()
		f.rows = f.rows[n:]
		f.mu.Unlock()
		f.busy.Store(false)
	}
}

func newFlushing() *flushing {
	f := &flushing{queue: make(chan int)}
	go f.loop()
	return f
}
