// Package negative keeps sends and closes apart.
package negative

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

type bus struct {
	mu     sync.RWMutex
	down   bool
	once   sync.Once
	group  sync.WaitGroup
	closed atomic.Bool
	events chan string
	work   chan int
	own    chan int
	quit   chan struct{}
	ended  chan struct{}
}

func newBus() *bus {
	b := &bus{
		events: make(chan string, 8),
		work:   make(chan int),
		own:    make(chan int),
		quit:   make(chan struct{}),
		ended:  make(chan struct{}),
	}
	b.group.Add(1)
	go b.produce()
	go b.loop()
	return b
}

func (b *bus) emit(event string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if !b.down {
		b.events <- event
	}
}

func (b *bus) stop() {
	b.mu.Lock()
	b.down = true
	close(b.events)
	b.mu.Unlock()
}

// The senders are waited for.
func (b *bus) produce() {
	defer b.group.Done()
	for n := 0; !b.closed.Load(); n++ {
		b.work <- n
	}
}

func (b *bus) finish() {
	b.closed.Store(true)
	b.group.Wait()
	close(b.work)
}

// The one who sends closes.
func (b *bus) loop() {
	defer close(b.ended)
	for n := 0; ; n++ {
		if b.closed.Load() {
			close(b.own)
			return
		}
		b.own <- n
	}
}

// Once is enough.
func (b *bus) shut() {
	b.once.Do(b.close)
}

func (b *bus) close() {
	select {
	case <-b.quit:
	default:
		close(b.quit)
	}
}

// With the lock held nobody closes in between.
func (b *bus) lockedClose() {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-b.ended:
	default:
		close(b.ended)
	}
}

// That it is done once is no wish to be called by several.
func (b *bus) Serve(listen func() error) error {
	err := listen()
	select {
	case <-b.ended:
	default:
		close(b.ended)
	}
	return err
}

// Who sends has a reference, and it is closed when there is none any more.
type link struct{ input chan int }

type links struct {
	mu   sync.Mutex
	refs map[*link]int
	open map[string]*link
}

func (l *links) get(name string) *link {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.open[name]
	if one == nil {
		one = &link{input: make(chan int)}
		l.open[name] = one
	}
	l.refs[one]++
	return one
}

func (l *links) put(name string, one *link) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refs[one]--
	if l.refs[one] == 0 {
		close(one.input)
		delete(l.refs, one)
		delete(l.open, name)
	}
}

func (l *links) pass(name string, n int) {
	one := l.get(name)
	one.input <- n
	l.put(name, one)
}

// One goroutine looks into the map: it answers, or gives all up.
type call struct {
	answer chan int
	done   bool
}

type pending struct {
	calls   map[int]*call
	answers chan int
	stop    chan struct{}
}

func newPending() *pending {
	p := &pending{calls: map[int]*call{}, answers: make(chan int), stop: make(chan struct{})}
	p.calls[0] = &call{answer: make(chan int, 1)}
	go p.dispatch()
	return p
}

func (p *pending) dispatch() {
	defer p.cancel()
	for {
		select {
		case id := <-p.answers:
			p.reply(id)
		case <-p.stop:
			return
		}
	}
}

func (p *pending) Cancel() { p.cancel() }

func (p *pending) cancel() {
	for id, c := range p.calls {
		delete(p.calls, id)
		close(c.answer)
	}
}

func (p *pending) reply(id int) {
	c := p.calls[id]
	if c == nil {
		return
	}
	delete(p.calls, id)
	c.answer <- id
}

// --- the closer waits until nobody sends any more

type mailbox struct {
	mu      sync.Mutex
	idle    *sync.Cond
	senders int
	closing bool
	closed  chan struct{}
	mail    chan string
}

func (m *mailbox) put(text string) bool {
	m.mu.Lock()
	m.senders++
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		m.senders--
		if m.senders == 0 {
			m.idle.Signal()
		}
		m.mu.Unlock()
	}()
	select {
	case <-m.closed:
		return false
	case m.mail <- text:
		return true
	}
}

func (m *mailbox) shut() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closing {
		return
	}
	m.closing = true
	close(m.closed)
	for m.senders > 0 {
		m.idle.Wait()
	}
	close(m.mail)
}

// --- what is deferred closes when those who were handed the sender have returned

type scan struct {
	over  atomic.Bool
	rows  chan string
	ended chan struct{}
}

func (s *scan) begin(each func(func(string) bool)) {
	go func() {
		defer func() {
			if s.over.CompareAndSwap(false, true) {
				close(s.rows)
			}
		}()
		each(func(row string) bool {
			if s.over.Load() {
				return false
			}
			select {
			case s.rows <- row:
				return true
			case <-s.ended:
				return false
			}
		})
	}()
}

// --- who may close it has got the means to only when the first message is in

type subscribers struct {
	mu  sync.Mutex
	all map[*subscriber]bool
}

type subscriber struct {
	inbox chan string
	stop  chan struct{}
}

func newSubscriber() *subscriber {
	return &subscriber{inbox: make(chan string, 4), stop: make(chan struct{})}
}

func (s *subscribers) Add(first string) func() {
	s.mu.Lock()
	one := newSubscriber()
	s.all[one] = true
	s.mu.Unlock()
	select {
	case <-one.stop:
	case one.inbox <- first:
	}
	return func() { s.remove(one) }
}

func (s *subscribers) remove(one *subscriber) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, one)
	close(one.inbox)
}

// A clock that was just set never beats a default clause: all are waited for.
func gathered(hosts []string, ask func(string) []string) (all []string) {
	found := make(chan string, 200)
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, each := range ask(host) {
				found <- each
			}
		}()
	}
	select {
	case <-time.After(5 * time.Second):
	default:
		wg.Wait()
	}
	close(found)
	for each := range found {
		all = append(all, each)
	}
	return all
}

// Whether somebody was started, and closes, is told by a flag.
func listed(list func(func(string)), skip bool, use func(string)) {
	found := make(chan string, 10)
	started := false
	if !skip {
		started = true
		go func() {
			list(func(s string) { found <- s })
			close(found)
		}()
	}
	if !started {
		close(found)
	}
	for each := range found {
		use(each)
	}
}

// A Once lets one of them close.
func quitOnce(ctx context.Context, n int, jobs chan string, use func(string)) {
	var once sync.Once
	var wg sync.WaitGroup
	quit := make(chan struct{})
	end := func() {
		once.Do(func() { close(quit) })
	}
	for range n {
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					end()
					return
				case job, ok := <-jobs:
					if !ok {
						return
					}
					use(job)
				case <-quit:
					return
				}
			}
		})
	}
	wg.Wait()
}
