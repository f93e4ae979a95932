// Package ownership writes what nobody else can see, or what was handed over.
package ownership

import (
	"sync"
	"sync/atomic"
)

type options struct {
	name    string
	retries int
	tags    map[string]string
}

type option func(*options)

func withName(name string) option { return func(o *options) { o.name = name } }
func withTag(k, v string) option  { return func(o *options) { o.tags[k] = v } }

type server struct {
	options
	mu    sync.Mutex
	conns int
	ready atomic.Bool
	work  chan *request
}

type request struct {
	id   int
	body []byte
	done chan struct{}
}

var defaults = map[string]int{}

func init() {
	defaults["retries"] = 3
}

// Options and fields are set before the first goroutine starts.
func newServer(opts ...option) *server {
	s := &server{work: make(chan *request)}
	s.tags = map[string]string{}
	s.retries = defaults["retries"]
	for _, o := range opts {
		o(&s.options)
	}
	s.conns = 0
	go s.loop()
	s.ready.Store(true)
	return s
}

func (s *server) loop() {
	for r := range s.work {
		r.body = append(r.body, s.name...)
		close(r.done)
	}
}

// The request belongs to the loop until it closes done.
func (s *server) do(id int) []byte {
	r := &request{id: id, done: make(chan struct{})}
	s.work <- r
	<-r.done
	r.id = 0
	return r.body
}

type builder struct {
	parts []string
	made  *server
}

func (b *builder) add(part string) *builder {
	b.parts = append(b.parts, part)
	return b
}

func (b *builder) build() *server {
	s := newServer(withName("built"), withTag("k", "v"))
	b.made = s
	return s
}

type lazy struct {
	once  sync.Once
	table map[string]int
}

func (l *lazy) get(key string) int {
	l.once.Do(func() {
		l.table = map[string]int{}
		l.table["one"] = 1
	})
	return l.table[key]
}

// A pipeline: each stage owns what it has received.
func double(in <-chan []int) <-chan []int {
	out := make(chan []int)
	go func() {
		defer close(out)
		for values := range in {
			for i := range values {
				values[i] *= 2
			}
			out <- values
		}
	}()
	return out
}

// Buffers go round: what comes back from free is the sender's again.
func fill(full chan<- []byte, free <-chan []byte, n int) {
	buf := make([]byte, 0, 64)
	for i := 0; i < n; i++ {
		buf = append(buf[:0], byte(i))
		full <- buf
		buf = <-free
	}
}

func swap(p *atomic.Pointer[request], id int) int {
	mine := &request{id: id}
	old := p.Swap(mine)
	if old == nil {
		return 0
	}
	return old.id
}
