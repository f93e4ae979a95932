// Package negative orders what its goroutines share.
package negative

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Config comes before the start.
type Config struct {
	Name string
	in   chan int
	out  chan string
}

func (c *Config) SetName(name string) { c.Name = name }

func (c *Config) Start() { go c.run() }

func (c *Config) run() {
	for range c.in {
		c.out <- c.Name
	}
}

// Batch waits for its goroutines before it returns.
type Batch struct {
	wg    sync.WaitGroup
	total int
}

func (b *Batch) Run() {
	b.wg.Add(1)
	go b.work()
	b.wg.Wait()
}

func (b *Batch) work() {
	defer b.wg.Done()
	b.total++
}

func (b *Batch) Total() int { return b.total }

// Session is the goroutine's own from its start on.
type session struct {
	in  chan string
	seq int
}

func accept(ins chan chan string) {
	for in := range ins {
		s := &session{in: in}
		s.seq = 1
		go s.serve()
	}
}

func (s *session) serve() {
	for range s.in {
		s.seq++
	}
}

// Future is read after what its goroutine does last.
type Future struct {
	done chan struct{}
	err  error
}

func (f *Future) Start() {
	go func() {
		f.err = nil
		close(f.done)
	}()
}

func (f *Future) Err() error {
	select {
	case <-f.done:
		return f.err
	}
}

// A channel of one is a lock.
type Counter struct {
	sem chan struct{}
	n   int
}

func (c *Counter) Start(k int) {
	for range k {
		go c.add()
	}
}

func (c *Counter) add() {
	c.sem <- struct{}{}
	c.n++
	<-c.sem
}

// Only the goroutine that was started first gets to the write.
type crew struct {
	jobs chan int
	last int
}

func (c *crew) open() { go c.work(true) }

func (c *crew) work(first bool) {
	for job := range c.jobs {
		if first && job > c.last {
			c.last = job
			go c.work(false)
		}
	}
}

// What a package's init does comes before all that its functions start.
type options struct{ socket *string }

var given options

func init() { fill() }

func fill() { given.socket = new(string) }

func launch(socket string) {
	go func() {
		given.socket = &socket
		println(*given.socket)
	}()
}

// A setting that is brought within its bounds is no flag.
type Settings struct{ Beat time.Duration }

func (s *Settings) Check() {
	if s.Beat != 0 && s.Beat < time.Second {
		s.Beat = time.Second
	}
}

type Client struct{ settings *Settings }

func NewClient(settings *Settings) *Client {
	settings.Check()
	return &Client{settings}
}

func (c *Client) Open() { go c.refresh() }

func (c *Client) refresh() {
	for {
		if c.settings.Beat > 0 {
			time.Sleep(c.settings.Beat)
		}
	}
}

// What the goroutine is waited for, or got before the start, is in order.
type download struct {
	size int
	err  error
	done chan struct{}
}

func (d *download) run(fetch func() (int, error)) {
	defer close(d.done)
	d.size, d.err = fetch()
}

func startDownload(fetch func() (int, error)) (int, error) {
	d := &download{done: make(chan struct{})}
	had := d.size
	go d.run(fetch)
	<-d.done
	return d.size - had, d.err
}

// The one or the other is started, never both.
type link struct{ reader func() int }

func dispatch(sniff bool) {
	l := &link{}
	l.reader = func() int { return 1 }
	if !sniff {
		go l.route()
	} else {
		go func() {
			l.reader = func() int { return 2 }
			l.route()
		}()
	}
}

func (l *link) route() { println(l.reader()) }

// A cancelled context tells that it is there.
type mirror struct {
	ready context.Context
	over  context.CancelFunc
	nonce *bool
}

func newMirror(ctx context.Context) *mirror {
	m := &mirror{}
	m.ready, m.over = context.WithCancel(ctx)
	go m.up()
	go m.down()
	return m
}

func (m *mirror) down() {
	nonce := true
	m.nonce = &nonce
	m.over()
}

func (m *mirror) up() {
	if m.ready.Err() == nil {
		return
	}
	println(*m.nonce)
}

// Requests come when what it starts last serves them.
type board struct {
	server *http.Server
	front  []byte
}

func (b *board) Open() { go b.begin() }

func (b *board) begin() {
	b.server = &http.Server{}
	b.front = []byte("hello")
	b.server.Handler = b
	go func() {
		if err := b.server.ListenAndServe(); err != nil {
			println(err.Error())
		}
	}()
}

func (b *board) ServeHTTP(w http.ResponseWriter, r *http.Request) { w.Write(b.front) }

// Bell is waited for by who holds its lock, and gives it up meanwhile.
type Bell struct {
	L    sync.Locker
	rung chan struct{}
}

func (b *Bell) Wait() {
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	rung := b.rung
	b.L.Unlock()
	defer b.L.Lock()
	<-rung
}

func (b *Bell) Ring() {
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}

// --- what says that it comes first

// Watcher polls.
type Watcher struct {
	eager bool
	ticks chan int
	out   chan int
}

// SetEager makes it look twice.
// It must be called before Begin.
func (w *Watcher) SetEager() { w.eager = true }

// Begin polls from here on.
func (w *Watcher) Begin() {
	go func() {
		for tick := range w.ticks {
			w.look(tick)
		}
	}()
}

func (w *Watcher) look(tick int) {
	if w.eager {
		w.out <- tick
	}
	w.out <- tick
}

// --- goroutines of which a run starts one or the other

type feed struct {
	pending int
	lines   chan int
}

func (f *feed) next() int {
	f.pending++
	return f.pending + <-f.lines
}

type hub struct{ closed chan bool }

func (h *hub) Listen() {
	for range h.closed {
		f := &feed{lines: make(chan int)}
		go h.serve(f, len(h.closed))
	}
}

func (h *hub) serve(f *feed, kind int) {
	if kind == 0 {
		h.tail(f)
		return
	}
	go func() {
		for f.next() > 0 {
		}
	}()
	<-h.closed
}

func (h *hub) tail(f *feed) {
	go func() { f.next() }()
	<-h.closed
}

// --- a run that loads, says so and then starts those who read

type catalogue struct {
	ready  atomic.Bool
	loaded chan struct{}
	stop   chan struct{}
	items  []string
}

func NewCatalogue() *catalogue {
	c := &catalogue{loaded: make(chan struct{}), stop: make(chan struct{})}
	go c.Run()
	return c
}

func (c *catalogue) Run() {
	c.items = []string{"a", "b"}
	close(c.loaded)
	c.serve()
}

func (c *catalogue) serve() {
	go func() {
		<-c.stop
		c.ready.Store(true)
		for _, item := range c.items {
			println(item)
		}
		c.count()
	}()
	<-c.stop
}

func (c *catalogue) count() {
	println(len(c.items))
}

func (c *catalogue) Len() int {
	if !c.ready.Load() {
		return 0
	}
	return len(c.items)
}

func (c *catalogue) Items() []string {
	<-c.loaded
	return c.items
}

// --- tries of which one is over before the next one begins

type request struct {
	codec string
	tries int
}

type reply struct{ err error }

func send(r *request, codec string) error {
	r.codec = codec
	return nil
}

func try(ctx context.Context, r *request) error {
	replies := make(chan reply, r.tries+1)
	var last error
	for i := 0; i <= r.tries; i++ {
		go func(i int) {
			err := send(r, "json")
			replies <- reply{err}
		}(i)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case got := <-replies:
			if got.err == nil {
				return nil
			}
			last = got.err
		}
	}
	return last
}
