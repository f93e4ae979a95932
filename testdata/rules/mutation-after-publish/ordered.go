// Package ordered writes late, in order or where nobody looks.
package ordered

import (
	"sync"
	"sync/atomic"
	"time"
)

type item struct {
	name string
	n    int
	wg   sync.WaitGroup
	done chan struct{}
	mu   sync.Mutex
	err  error
}

type server struct {
	opts  atomic.Pointer[item]
	any   atomic.Value
	table atomic.Pointer[map[string]int]
	mu    sync.Mutex
	calls map[string]*item
	m     sync.Map
	priv  atomic.Pointer[item]
}

func (s *server) swapOpts(o *item) { s.opts.Store(o) }

// Nobody else has s yet.
func newServer(o *item) *server {
	s := &server{calls: map[string]*item{}}
	s.swapOpts(o)
	o.name = "default"
	s.opts.Store(o)
	o.n = 2
	m := map[string]int{}
	s.table.Store(&m)
	m["a"] = 1
	s.any.Store(o)
	o.n = 3
	return s
}

func (s *server) Name() string { return s.opts.Load().name }

// Done releases what Wait acquires: the others read the result after it.
func (s *server) do(k string, f func() error) error {
	s.mu.Lock()
	if c, ok := s.calls[k]; ok {
		s.mu.Unlock()
		c.wg.Wait()
		return c.err
	}
	c := &item{}
	c.wg.Add(1)
	s.calls[k] = c
	s.mu.Unlock()
	c.err = f()
	c.wg.Done()
	return c.err
}

func (s *server) doDefer(k string, f func() error) (err error) {
	c := &item{}
	c.wg.Add(1)
	s.mu.Lock()
	s.calls[k] = c
	s.mu.Unlock()
	defer func() {
		c.err = err
		c.wg.Done()
	}()
	return f()
}

func (s *server) promise(k string, f func() error) error {
	c := &item{done: make(chan struct{})}
	defer close(c.done)
	if old, ok := s.m.LoadOrStore(k, c); ok {
		o := old.(*item)
		<-o.done
		return o.err
	}
	c.err = f()
	return c.err
}

func (c *item) finish(err error) {
	c.err = err
	close(c.done)
}

func (c *item) signal() { close(c.done) }

func (s *server) promise2(k string, f func() error) {
	c := &item{done: make(chan struct{})}
	s.m.Store(k, c)
	c.finish(f())
}

func (s *server) promise3(k string, f func() error) {
	c := &item{done: make(chan struct{})}
	s.m.Store(k, c)
	c.err = f()
	c.signal()
}

func (s *server) loadOrStoreLost(k string) *item {
	c := &item{}
	if _, loaded := s.m.LoadOrStore(k, c); loaded {
		c.name = "mine alone"
		return c
	}
	return nil
}

// The published one is another on that path.
func either(many bool, use func(*item)) *item {
	b := &item{}
	if many {
		keep := b
		go func() { _ = keep.name }()
		b = &item{}
	}
	b.name = "x"
	return b
}


func pingpong(req chan *item, resp chan *item) {
	it := &item{}
	for range 10 {
		req <- it
		<-resp
		it.n++
	}
}

func viaSelect(req chan *item, resp chan struct{}, stop chan struct{}) {
	it := &item{}
	req <- it
	select {
	case <-resp:
	case <-stop:
		return
	}
	it.n++
}

func failedSend(ch chan *item) {
	it := &item{}
	select {
	case ch <- it:
	default:
		it.n++
	}
}

func errReturn(ch chan *item, f func() error) error {
	it := &item{}
	if err := f(); err != nil {
		ch <- it
		return err
	}
	it.n = 2
	return nil
}

func disjointFields(out chan string) {
	it := &item{}
	go func() { out <- it.name }()
	it.n = 1
}

func disjointIndexes(s []int, out chan int) {
	go func() { out <- s[0] }()
	s[1] = 1
}

func disjointLoop(rows []*item, ch chan *item) {
	for i := range rows {
		rows[i].n = 1
		ch <- rows[i]
	}
}

func counter(ch chan *item) {
	for i := 0; i < 3; i++ {
		it := new(item)
		it.n = i
		ch <- it
	}
}

func fresh(ch chan []byte) {
	var buf []byte
	for i := 0; i < 3; i++ {
		buf = append(buf, 'x')
		ch <- buf
		buf = nil
	}
}

func made(ch chan []byte) {
	for {
		buf := make([]byte, 4)
		buf[0] = 1
		ch <- buf
	}
}

func swapTake(s *server) {
	it := s.priv.Swap(nil)
	if it != nil {
		it.n = 1
	}
}

func casWon(s *server) {
	it := s.priv.Load()
	if it != nil && s.priv.CompareAndSwap(it, nil) {
		it.n = 1
	}
}

func boundedAppend(ch chan []int) {
	s := []int{1}
	ch <- s
	s = append(s[:1:1], 2)
	s[0] = 2
	ch <- s
}

func underLock(s *server) {
	it := &item{}
	s.mu.Lock()
	s.calls["a"] = it
	it.name = "x"
	s.mu.Unlock()
}

func onlyGo(it *item) {
	it.n = 1
	go func() { it.n = 2 }()
}

func waitInCallee(s []*item) {
	var wg sync.WaitGroup
	wg.Go(func() { s[0].n = 1 })
	finish(&wg)
	s[0].n = 2
}

func finish(wg *sync.WaitGroup) { wg.Wait() }

func localChan() {
	ch := make(chan *item, 1)
	it := &item{}
	ch <- it
	it.n = 1
	<-ch
}

func localVar() *int {
	x := 0
	f := func() *int { return &x }
	x = 2
	return f()
}

var global atomic.Pointer[item]

func init() {
	it := &item{}
	global.Store(it)
	it.name = "init"
}

func getCopy() item2 {
	return *g2.Load()
}

type item2 struct {
	a  int
	mm map[string]int
}

var g2 atomic.Pointer[item2]

func copyChange() {
	c := getCopy()
	c.a = 1
	g2.Store(&c)
}

// What one goroutine alone reads needs no edge.
type peer struct {
	addr  string
	state int
}

type book struct {
	peers atomic.Pointer[[]*peer]
}

func (b *book) start(in <-chan string) { go b.loop(in) }

func (b *book) loop(in <-chan string) {
	var peers []*peer
	for addr := range in {
		p := &peer{addr: addr}
		peers = append(peers[:len(peers):len(peers)], p)
		list := peers
		b.peers.Store(&list)
		p.dial()
		p.state++
	}
}

func (p *peer) dial() {
	if p.state == 0 {
		p.state = 1
	}
}

func (b *book) addrs() (found []string) {
	for _, p := range *b.peers.Load() {
		found = append(found, p.addr)
	}
	return found
}

// Only what was never started is undone.
func (it *item) begin(fail func() error) (err error) {
	started := false
	defer func() {
		if !started {
			it.n = 0
		}
	}()
	if err := fail(); err != nil {
		return err
	}
	started = true
	go func() { it.n++ }()
	return nil
}

// Who wrote it knows of the lock.
func (s *server) serial(build func(*item) string) {
	it := &item{}
	s.mu.Lock()
	s.calls["serial"] = it
	s.mu.Unlock()
	// This needs no mu: nobody calls the item before serial has returned.
	it.name = build(it)
}

// The wrapper is new, what it wraps isn't: that may have been shared for long, in its own way.
type wrapper struct{ it *item }

type wrappers struct {
	mu   sync.Mutex
	last *wrapper
}

func (w *wrappers) wrap(it *item) {
	fresh := &wrapper{it: it}
	w.mu.Lock()
	w.last = fresh
	w.mu.Unlock()
	it.n++
}

// It points back to who made it, whom others knew before.
type view struct{ of *viewed }

type viewed struct {
	last atomic.Pointer[view]
	n    int
}

func (v *viewed) look() {
	v.last.Store(&view{of: v})
	v.n++
}

// A timer's function waits for the lock that callers hold while they set it.
type alarm struct {
	mu    sync.Mutex
	timer *time.Timer
}

func (a *alarm) set() {
	a.timer = time.AfterFunc(time.Second, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.timer = nil
	})
}

// Its caller holds mu.
func (a *alarm) resetLocked() { a.set() }

func (a *alarm) Reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.resetLocked()
	a.set()
}

// A locker of one's own, be it made of a channel.
type gate interface {
	lock()
	unlock()
}

type deadline struct{ timer *time.Timer }

func (d *deadline) set(g gate) {
	g.lock()
	defer g.unlock()
	var timer *time.Timer
	timer = time.AfterFunc(time.Second, func() {
		g.lock()
		defer g.unlock()
		if d.timer == timer {
			d.timer = nil
		}
	})
	d.timer = timer
}

// Either a goroutine got it, or it is used again.
func oneOf(it *item, take func(*item)) {
	if take != nil {
		go func() { it.n++ }()
	}
	if take == nil {
		it.n = 0
	}
}

// --- a part that only the object's own goroutine works on

type reader struct{ from string }

func (r *reader) next() string { return r.from }

type client struct {
	id int
	r  reader
}

type clients struct {
	mu   sync.Mutex
	byID map[int]*client
}

func (c *clients) serve(inputs chan string) {
	for in := range inputs {
		go func() {
			own := new(client)
			c.mu.Lock()
			c.byID[own.id] = own
			c.mu.Unlock()
			r := &own.r
			r.from = in
			_ = r.next()
			func() { c.follow(&own.r) }()
		}()
	}
}

func (c *clients) follow(r *reader) {
	go func() {
		for r.next() != "" {
		}
	}()
}

func (c *clients) highest() (id int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, each := range c.byID {
		id = max(id, each.id)
	}
	return id
}
