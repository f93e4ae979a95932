// Package hands has locks, buffers and objects that change hands in order.
package hands

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// The unlock is a function that is made of the lock itself.
type listener struct {
	mu      sync.Mutex
	started bool
}

func unlockOnce(l sync.Locker) func() {
	var once sync.Once
	return func() { once.Do(l.Unlock) }
}

func (l *listener) Serve() error {
	unlock := unlockOnce(&l.mu)
	l.mu.Lock()
	defer unlock()
	if l.started {
		return errors.New("started")
	}
	l.started = true
	unlock()
	return l.loop()
}

func (l *listener) loop() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.started = false
	return nil
}

// Who gives something to print holds the lock already.
type screen struct {
	ui    sync.Mutex
	lines int
}

func (s *screen) run(command, output string) {
	if len(output) == 0 {
		s.ui.Lock()
	}
	s.lines += len(command)
	if len(output) == 0 {
		s.ui.Unlock()
	}
}

func (s *screen) Draw(output string) {
	s.ui.Lock()
	defer s.ui.Unlock()
	s.run("draw", "> "+output)
}

func (s *screen) Wait() { s.run("wait", "") }

// Two boxes of one kind have two locks.
type box struct {
	cond *sync.Cond
	n    int
}

func newBox() *box { return &box{cond: sync.NewCond(&sync.Mutex{})} }

func (b *box) set() {
	b.cond.L.Lock()
	b.n++
	b.cond.Broadcast()
	b.cond.L.Unlock()
}

func (b *box) wait(run func()) {
	b.cond.L.Lock()
	for b.n == 0 {
		b.cond.Wait()
	}
	run()
	b.cond.L.Unlock()
}

type terminal struct {
	mu      sync.Mutex
	request *box
	preview *box
	shown   int
}

func newTerminal() *terminal { return &terminal{request: newBox(), preview: newBox()} }

func (t *terminal) Loop() {
	go func() {
		for {
			t.request.wait(func() {
				t.mu.Lock()
				t.shown++
				t.mu.Unlock()
			})
		}
	}()
	for {
		t.mu.Lock()
		t.shown++
		t.preview.set()
		t.mu.Unlock()
		t.request.set()
	}
}

// All who look at the flag hold the registry's lock.
type wire struct {
	mu     sync.Mutex
	handle *time.Timer
	output bool
}

type wires struct {
	mu   sync.Mutex
	open map[string]*wire
}

func (w *wires) Acquire(key string, output bool) *wire {
	w.mu.Lock()
	defer w.mu.Unlock()
	if found, ok := w.open[key]; ok {
		if output && !found.output {
			found.mu.Lock()
			if found.handle.Reset(time.Second) {
				found.output = true
			}
			found.mu.Unlock()
		}
		return found
	}
	made := &wire{handle: time.NewTimer(time.Second), output: output}
	w.open[key] = made
	return made
}

func (w *wire) Stop() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.handle.Stop()
}

// Only the first error is told, and the channel is closed by the same Once otherwise.
type rates struct{ fetch func() error }

func newRates(fetch func() error) (*rates, error) {
	r := &rates{fetch: fetch}
	done := make(chan error)
	go r.run(done)
	if err := <-done; err != nil {
		return nil, err
	}
	return r, nil
}

func tell(once *sync.Once, done chan<- error, err error) (failed bool) {
	once.Do(func() {
		failed = true
		done <- err
	})
	return failed
}

func (r *rates) run(done chan error) {
	var once sync.Once
	for ; true; <-time.Tick(time.Hour) {
		if err := r.fetch(); err != nil {
			if tell(&once, done, err) {
				return
			}
			continue
		}
		once.Do(func() { close(done) })
	}
}

// What was sent isn't put back.
type packet struct{ data []byte }

var packets = sync.Pool{New: func() any { return new(packet) }}

func (p *packet) release() {
	p.data = p.data[:0]
	packets.Put(p)
}

type uplink struct {
	queue chan *packet
	done  chan struct{}
}

func (u *uplink) Send(ctx context.Context, p *packet) {
	queued := false
	defer func() {
		if !queued {
			p.release()
		}
	}()
	select {
	case u.queue <- p:
		queued = true
	case <-ctx.Done():
	case <-u.done:
	}
}

// The goroutine has nothing to do with what is filled.
type peer struct {
	mu     sync.Mutex
	id     [20]byte
	limits map[string]int
	done   chan struct{}
}

func newPeer() (*peer, error) {
	p := &peer{limits: map[string]int{}, done: make(chan struct{})}
	return p, p.init()
}

func (p *peer) init() error {
	go p.forget()
	_, err := rand.Read(p.id[3:])
	return err
}

func (p *peer) forget() {
	for {
		select {
		case <-p.done:
			return
		case <-time.After(time.Minute):
			p.mu.Lock()
			clear(p.limits)
			p.mu.Unlock()
		}
	}
}

// Two buffers change places.
type page struct {
	text []byte
	size int
}

type press struct {
	mu   sync.Mutex
	page *page
}

func (p *press) Run(print func([]byte)) {
	front := new(page)
	for {
		p.mu.Lock()
		front, p.page = p.page, front
		p.mu.Unlock()
		print(front.text)
		front.size = 0
		front.text = front.text[:0]
	}
}

func (p *press) Add(text []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.page.size += len(text)
	p.page.text = append(p.page.text, text...)
}

// One goroutine is started or the other.
type transfer struct{ timers bool }

func (t *transfer) In(full bool) chan int {
	parts := make(chan int)
	if full {
		go t.whole(parts)
	} else {
		go t.pieces(parts)
	}
	return parts
}

func (t *transfer) whole(parts chan int) {
	t.timers = true
	parts <- 1
	close(parts)
}

func (t *transfer) pieces(parts chan int) {
	for i := range 3 {
		t.timers = i > 0
		parts <- i
	}
	close(parts)
}

// Options are given their defaults before something is made with them.
type Options struct {
	Limit time.Duration
	Retry int
	Slots int
}

func (o *Options) Default() {
	o.Limit = time.Second
	o.Retry = 3
	o.Slots = 4
}

type Pinner struct{ options *Options }

func NewPinner(options *Options) *Pinner { return &Pinner{options: options} }

func (p *Pinner) Pin(since time.Time) {
	go func() {
		for time.Since(since) < p.options.Limit {
			time.Sleep(time.Millisecond)
		}
	}()
}

// The goroutine runs only where nothing went wrong.
type spool struct {
	mu     sync.Mutex
	writer *page
	done   chan struct{}
}

func newSpool(open func() error) (*spool, error) {
	s := &spool{writer: new(page), done: make(chan struct{})}
	err := open()
	if err == nil {
		go s.drain()
	}
	if err != nil {
		s.writer = nil
		return nil, err
	}
	return s, nil
}

func (s *spool) drain() {
	for {
		select {
		case <-s.done:
			return
		case <-time.After(time.Second):
			println(s.writer.size)
		}
	}
}

// The timer is stopped as soon as it is there, and runs when somebody sets it.
type retry struct {
	mu    sync.Mutex
	timer *time.Timer
	n     int
}

func newRetry() *retry {
	r := retry{n: 1}
	r.timer = time.AfterFunc(time.Hour, r.again)
	r.timer.Stop()
	return &r
}

func (r *retry) again() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	r.timer.Reset(time.Second)
}

// Who holds the lock for reading says that nothing is to be made.
type settings struct {
	mu   sync.RWMutex
	root map[string]map[string]int
}

func (s *settings) Get(group, key string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.group(group, false)[key]
}

func (s *settings) Set(group, key string, value int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.group(group, true)[key] = value
}

func (s *settings) group(name string, create bool) map[string]int {
	found, ok := s.root[name]
	if !ok && create {
		found = map[string]int{}
		s.root[name] = found
	}
	return found
}

// A lock is taken for reading or for writing, as a flag says.
type shelf struct {
	mu    sync.RWMutex
	books map[string]int
}

func (s *shelf) lock(writing bool) {
	if writing {
		s.mu.Lock()
	} else {
		s.mu.RLock()
	}
}

func (s *shelf) unlock(writing bool) {
	if writing {
		s.mu.Unlock()
	} else {
		s.mu.RUnlock()
	}
}

func (s *shelf) Put(titles []string) {
	put := func(title string) {
		s.lock(true)
		defer s.unlock(true)
		s.books[title]++
	}
	for _, title := range titles {
		put(title)
	}
	put("")
}

// There is always one more to come.
func Watch(look func() (int, bool), tell func(int)) {
	found := make(chan int, 1)
	go func() {
		tick := time.NewTicker(time.Hour)
		for ; true; <-tick.C {
			if n, ok := look(); ok {
				found <- n
			}
		}
	}()
	for n := range found {
		tell(n)
	}
}

// What was found is asked for something, or called off, and then thrown away.
type ticket struct{ expires time.Time }

func (t *ticket) expired() bool { return t.expires.Before(time.Now()) }

type tickets struct{ known, loops sync.Map }

func (t *tickets) Start(key string) {
	ctx, cancel := context.WithCancel(context.Background())
	t.loops.Store(key, cancel)
	t.known.Store(key, &ticket{time.Now()})
	go func() { <-ctx.Done() }()
}

func (t *tickets) Find(key string) *ticket {
	found, ok := t.known.Load(key)
	if !ok {
		return nil
	}
	known := found.(*ticket)
	if known.expired() {
		t.known.Delete(key)
		return nil
	}
	return known
}

func (t *tickets) Stop(key string) {
	if found, ok := t.loops.Load(key); ok {
		if cancel, ok := found.(context.CancelFunc); ok {
			cancel()
		}
		t.loops.Delete(key)
	}
}

// Who is within a transaction hands it on, and who has none begins one.
type change struct{ keys []string }

type ledger struct {
	mu   sync.Mutex
	keys map[string]int
}

func (l *ledger) update(run func(*change)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &change{}
	run(c)
	for _, key := range c.keys {
		l.keys[key]++
	}
}

func (l *ledger) drop(c *change, key string) {
	remove := func(c *change) { c.keys = append(c.keys, key) }
	if c == nil {
		l.update(remove)
	} else {
		remove(c)
	}
}

func (l *ledger) DropAll(keys []string) {
	l.update(func(c *change) {
		for _, key := range keys {
			l.drop(c, key)
		}
	})
}

func (l *ledger) Drop(key string) { l.drop(nil, key) }

// Those who wait hold the lock for reading, by another name.
type roles struct {
	sync.RWMutex
	changed *sync.Cond
	role    string
}

func newRoles() *roles {
	r := &roles{}
	r.changed = sync.NewCond(r.RLocker())
	return r
}

func (r *roles) Set(role string) {
	r.Lock()
	r.role = role
	r.changed.Broadcast()
	r.Unlock()
}

func (r *roles) Wait(role string) {
	r.changed.L.Lock()
	defer r.changed.L.Unlock()
	for role != r.role {
		r.changed.Wait()
	}
}

// Workers and who waits for them are in one group, and the last of them to go closes the channel.
func Gather(ctx context.Context, load func(int) int, use func(int)) error {
	group, ctx := errgroup.WithContext(ctx)
	loaded := make(chan int)
	var workers sync.WaitGroup
	for i := range 4 {
		workers.Add(1)
		group.Go(func() error {
			defer workers.Done()
			select {
			case loaded <- load(i):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}
	group.Go(func() error {
		workers.Wait()
		close(loaded)
		return nil
	})
	for each := range loaded {
		use(each)
	}
	return group.Wait()
}
