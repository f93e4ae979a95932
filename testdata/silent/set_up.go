// Package setup makes objects ready before, or waits until after, goroutines use them.
package setup

import (
	"encoding/json"
	"io"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// The writer comes from a pool, and its goroutine is counted by the group that starts it.
var writers = sync.Pool{New: func() any { return new(Writer) }}

type Writer struct {
	out   io.Writer
	queue struct {
		wg  sync.WaitGroup
		ch  chan []byte
		err error
	}
	count int
}

func NewWriter(out io.Writer) *Writer {
	w := writers.Get().(*Writer)
	w.out = out
	w.queue.ch = make(chan []byte)
	w.queue.wg.Go(w.drain)
	return w
}

func (w *Writer) drain() {
	for b := range w.queue.ch {
		w.count++
		if _, err := w.out.Write(b); err != nil {
			w.queue.err = err
		}
	}
}

func (w *Writer) Add(b []byte) { w.queue.ch <- b }

func (w *Writer) Close() (int, error) {
	close(w.queue.ch)
	w.queue.wg.Wait()
	err := func() error {
		if w.queue.err != nil {
			return w.queue.err
		}
		if w.count == 0 {
			return io.EOF
		}
		return nil
	}()
	return w.count, err
}

// Options are set in a chain; the error is there when the channel that callers were given is closed.
type Decoder struct {
	*scanner
	out   chan byte
	pairs bool
	err   error
}

type scanner struct {
	buf []byte
	pos int
}

func (s *scanner) next() (byte, bool) {
	if s.pos >= len(s.buf) {
		return 0, false
	}
	s.pos++
	return s.buf[s.pos-1], true
}

func NewDecoder(b []byte) *Decoder { return &Decoder{scanner: &scanner{buf: b}, out: make(chan byte)} }

func (d *Decoder) Pairs() *Decoder {
	d.pairs = true
	return d
}

func (d *Decoder) Stream() <-chan byte {
	go d.decode()
	return d.out
}

func (d *Decoder) decode() {
	defer close(d.out)
	for {
		b, ok := d.next()
		if !ok {
			if d.pairs {
				d.err = io.ErrUnexpectedEOF
			}
			return
		}
		d.out <- b
	}
}

func (d *Decoder) Err() error { return d.err }

// Each goroutine has options of its own.
type Options struct {
	State   State
	Version string
}

type State struct{ Decision, Target string }

func (o *Options) setState(decision string) {
	if o.Version == "" {
		o.State = State{Decision: decision}
	}
}

type pool struct{ names []string }

func (p *pool) remove(name string, o Options) string {
	o.setState(name)
	return o.State.Decision
}

func removeAll(pools []*pool, name string, o Options) []string {
	var wg sync.WaitGroup
	found := make([]string, len(pools))
	for i, p := range pools {
		wg.Add(1)
		go func(i int, p *pool) {
			defer wg.Done()
			found[i] = p.remove(name, o)
		}(i, p)
	}
	wg.Wait()
	return found
}

// What is checked isn't yet what runs.
type Config struct {
	Interval, Timeout int
	Name              string
}

func (c *Config) Validate() error {
	if c.Name == "" {
		return io.EOF
	}
	if c.Interval == 0 {
		c.Interval = 1
	}
	if c.Timeout == 0 {
		c.Timeout = 2
	}
	return nil
}

type Group struct {
	config Config
	wg     sync.WaitGroup
	turns  atomic.Int64
	done   chan struct{}
}

func NewGroup(config Config) (*Group, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	g := &Group{config: config, done: make(chan struct{})}
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		g.run()
	}()
	return g, nil
}

func (g *Group) run() {
	for {
		select {
		case <-g.done:
			return
		default:
			g.turns.Add(int64(g.config.Interval + g.config.Timeout))
		}
	}
}

func (g *Group) Close() {
	close(g.done)
	g.wg.Wait()
}

// One stream wins.
type Conn struct {
	first    atomic.Bool
	settings *Config
	ready    chan struct{}
}

func (c *Conn) Serve(streams [3]*Config) {
	for _, s := range streams {
		go c.handle(s)
	}
}

func (c *Conn) handle(s *Config) {
	if !c.first.CompareAndSwap(false, true) {
		return
	}
	c.set(s)
}

func (c *Conn) set(s *Config) {
	c.settings = s
	close(c.ready)
}

func (c *Conn) Settings() *Config {
	<-c.ready
	return c.settings
}

// Of several arguments the callee gets a slice of its own.
var root = "data" + "/config"

type table struct {
	mu   sync.Mutex
	rows map[string]int
}

func (t *table) count(volume string, paths ...string) {
	sort.Strings(paths)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, path := range paths {
		t.rows[volume+path]++
	}
}

func (t *table) countAll(volumes []string) {
	var wg sync.WaitGroup
	for _, volume := range volumes {
		wg.Go(func() { t.count(volume, root) })
	}
	wg.Wait()
}

// A struct is copied with its container, whose elements alone are guarded; a part of it is set once.
type registry struct {
	mu struct {
		sync.Mutex
		log struct {
			out     io.Writer
			current []byte
			n       int
		}
	}
}

func newRegistry(out io.Writer) *registry {
	r := &registry{}
	r.mu.log.out = out
	return r
}

func (r *registry) flush() (int, error) {
	n, err := r.mu.log.out.Write(nil)
	r.mu.Lock()
	defer r.mu.Unlock()
	return n + r.mu.log.n, err
}

func (r *registry) rotate(b []byte) {
	r.mu.Lock()
	r.mu.log.current = b
	r.mu.log.n++
	r.mu.Unlock()
}

func (r *registry) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mu.log.n++
	return len(r.mu.log.current)
}

// Who fails says so, and what else is returned is looked at by nobody.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

func compress(f func([]byte) error) (out *[]byte, n int, err error) {
	out = buffers.Get().(*[]byte)
	if err = f(*out); err != nil {
		buffers.Put(out)
		return
	}
	n = len(*out)
	return
}

// Whose address a decoder is given is still the constructor's own.
type saved struct {
	mu    sync.Mutex
	Repos map[string][]string
	ids   map[string]int
}

func newSaved(r io.Reader) (*saved, error) {
	s := &saved{ids: map[string]int{}}
	if err := s.reload(r); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *saved) reload(r io.Reader) error {
	if err := json.NewDecoder(r).Decode(&s); err != nil {
		return err
	}
	for name := range s.Repos {
		s.ids[name]++
	}
	return nil
}

func (s *saved) add(name, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Repos[name] = append(s.Repos[name], id)
	s.ids[id]++
}

func (s *saved) get(name, id string) ([]string, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.Repos[name]...), s.ids[id]
}

// What an exported method gives a value where nobody has said, callers have it do before anything is started.
type Consumer struct {
	Group    string
	Prefetch int
	Retries  int
	work     chan string
	wg       sync.WaitGroup
}

func (c *Consumer) Init() error {
	if c.Group == "" {
		c.Group = "all"
	}
	if c.Prefetch == 0 {
		c.Prefetch = 50
	}
	if c.Retries == 0 {
		c.Retries = 3
	}
	return nil
}

func (c *Consumer) Start() error {
	c.wg.Add(1)
	go c.run()
	return nil
}

func (c *Consumer) run() {
	defer c.wg.Done()
	for n := 0; n < c.Prefetch; n++ {
		c.work <- c.Group
	}
}

func (c *Consumer) Stop() {
	c.wg.Wait()
}

// A timer that is stopped at once is there to be reset.
type throttle struct {
	mu    sync.Mutex
	level int
	idle  *time.Timer
}

func newThrottle(idle time.Duration) *throttle {
	t := &throttle{}
	if idle > 0 {
		t.idle = time.AfterFunc(idle, t.reset)
		t.idle.Stop()
	}
	return t
}

func (t *throttle) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.level = 0
	if t.idle != nil {
		t.idle.Stop()
	}
}
