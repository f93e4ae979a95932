// Package by_two has objects whose goroutine closes a channel, and whose callers do, too.
package by_two

import "sync"

// Conn reads until it fails.
type Conn struct {
	read func() error
	done chan struct{}
}

// Open begins to read.
func Open(read func() error) *Conn {
	c := &Conn{read: read, done: make(chan struct{})}
	go c.loop()
	return c
}

func (c *Conn) loop() {
	for {
		if err := c.read(); err != nil {
			c.shutdown()
			return
		}
	}
}

func (c *Conn) shutdown() { close(c.done) }

// Close ends it.
func (c *Conn) Close() error {
	c.shutdown() // want "`Conn.done` may be closed twice: `..Conn..loop` closes it as well, on a goroutine of its own"
	return nil
}

// Worker says when it is done.
type Worker struct {
	work func()
	quit chan struct{}
}

// NewWorker makes one.
func NewWorker(work func()) *Worker { return &Worker{work: work, quit: make(chan struct{})} }

// Start begins to work.
func (w *Worker) Start() {
	go func() {
		defer close(w.quit)
		w.work()
	}()
}

// Stop ends it.
func (w *Worker) Stop() {
	close(w.quit) // want "`Worker.quit` may be closed twice"
}

// --- one of both comes first

// Guarded closes in a Once.
type Guarded struct {
	read func() error
	once sync.Once
	done chan struct{}
}

// OpenGuarded begins to read.
func OpenGuarded(read func() error) *Guarded {
	g := &Guarded{read: read, done: make(chan struct{})}
	go g.loop()
	return g
}

func (g *Guarded) loop() {
	if err := g.read(); err != nil {
		g.shutdown()
	}
}

func (g *Guarded) shutdown() { g.once.Do(func() { close(g.done) }) }

// Close ends it.
func (g *Guarded) Close() { g.shutdown() }

// Looking looks whether it is closed.
type Looking struct {
	mu     sync.Mutex
	read   func() error
	closed bool
	done   chan struct{}
}

// OpenLooking begins to read.
func OpenLooking(read func() error) *Looking {
	l := &Looking{read: read, done: make(chan struct{})}
	go l.loop()
	return l
}

func (l *Looking) loop() {
	if err := l.read(); err != nil {
		l.Close()
	}
}

// Close ends it.
func (l *Looking) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		close(l.done)
	}
}

// --- two channels

// Pair has one for its callers and one for its goroutine.
type Pair struct {
	stop chan struct{}
	done chan struct{}
}

// OpenPair begins.
func OpenPair() *Pair {
	p := &Pair{stop: make(chan struct{}), done: make(chan struct{})}
	go p.loop()
	return p
}

func (p *Pair) loop() {
	defer close(p.done)
	<-p.stop
}

// Close ends it.
func (p *Pair) Close() {
	close(p.stop)
	<-p.done
}

// --- a new one for each start

// Again can be started again.
type Again struct{ done chan struct{} }

// Start begins.
func (a *Again) Start() {
	a.done = make(chan struct{})
	go a.loop()
}

func (a *Again) loop() { defer close(a.done) }

// Stop ends it.
func (a *Again) Stop() { close(a.done) }

// --- it can't be started

// Failing closes itself where it fails to begin.
type Failing struct{ done chan struct{} }

// NewFailing makes one.
func NewFailing() *Failing { return &Failing{done: make(chan struct{})} }

// Start begins.
func (f *Failing) Start(begin func() error) error {
	if err := begin(); err != nil {
		close(f.done)
		return err
	}
	go f.loop()
	return nil
}

func (f *Failing) loop() { defer close(f.done) }

// --- the goroutine is another way to call the method

// Listener listens, in the caller's time or beside it.
type Listener struct {
	ready chan struct{}
	quit  chan struct{}
}

// NewListener makes one.
func NewListener() *Listener {
	return &Listener{ready: make(chan struct{}), quit: make(chan struct{})}
}

// Listen listens until it is told to stop.
func (l *Listener) Listen() error {
	close(l.ready)
	<-l.quit
	return nil
}

// ListenBackground doesn't wait.
func (l *Listener) ListenBackground() <-chan error {
	failed := make(chan error, 1)
	go func() {
		defer close(failed)
		failed <- l.Listen()
	}()
	return failed
}

// Follower closes itself when it is told that all is over, whoever has closed it before.
type Follower struct {
	over chan struct{}
	done chan struct{}
}

// Follow makes one.
func Follow(over chan struct{}) *Follower {
	f := &Follower{over: over, done: make(chan struct{})}
	go func() {
		<-f.over
		f.Close()
	}()
	return f
}

// Close ends it.
func (f *Follower) Close() {
	close(f.done) // want "`Follower.done` may be closed twice"
}

// --- the other close is this very one

// Session is what a link speaks.
type Session interface {
	Close() error
	Read() []byte
}

// Plain has a method for all to close it, but only the link has it.
type Plain struct {
	raw chan []byte
}

// NewPlain makes one.
func NewPlain() *Plain { return &Plain{raw: make(chan []byte, 1)} }

func (p *Plain) Read() []byte { return <-p.raw }

// Close ends it.
func (p *Plain) Close() error {
	close(p.raw)
	return nil
}

// Link reads until it fails.
type Link struct {
	read    func() error
	session Session
}

// Dial begins to read.
func Dial(read func() error) *Link {
	l := &Link{read: read}
	l.session = NewPlain()
	if err := l.read(); err != nil {
		return nil
	}
	go l.loop()
	return l
}

func (l *Link) loop() {
	defer l.session.Close()
	for l.read() == nil {
	}
}
