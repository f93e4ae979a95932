// Package negative makes things once, or for one goroutine.
package negative

import (
	"net/http"
	"sync"
	"time"
)

type page struct{ body []byte }

type site struct {
	mu    sync.Mutex
	front *page
}

func (s *site) home(w http.ResponseWriter, r *http.Request) { w.Write(s.first().body) }

func (s *site) first() *page {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.front == nil {
		s.front = &page{}
	}
	return s.front
}

// Each worker has an object of its own.
type worker struct {
	jobs  chan int
	cache []int
}

func start(n int, jobs chan int) {
	for range n {
		w := &worker{jobs: jobs}
		go w.work()
	}
}

func (w *worker) work() {
	for job := range w.jobs {
		if w.cache == nil {
			w.cache = make([]int, 100)
		}
		w.cache[job]++
	}
}

// Made for the request.
type request struct{ fields map[string]string }

func handle(w http.ResponseWriter, r *http.Request) {
	q := &request{}
	q.set("path", r.URL.Path)
}

func (q *request) set(key, value string) {
	if q.fields == nil {
		q.fields = map[string]string{}
	}
	q.fields[key] = value
}

// No goroutine is in sight.
var defaults map[string]int

func Defaults() map[string]int {
	if defaults == nil {
		defaults = map[string]int{"a": 1}
	}
	return defaults
}

// What is there is taken away, or corrected: nothing is made at its first use.
type service struct {
	running bool
	left    int
	beat    int
	stop    chan struct{}
}

func (s *service) serve(w http.ResponseWriter, r *http.Request) {
	if !s.running {
		return
	}
	s.running = false
	close(s.stop)
}

func (s *service) take(w http.ResponseWriter, r *http.Request) {
	if s.left == 0 {
		return
	}
	if s.left > 0 {
		s.left--
	}
	if s.beat != 0 {
		s.beat = 10
	}
}

// Each request gets there under the lock, which start-up does without.
var registered bool

type panel struct{ mu sync.Mutex }

func (p *panel) reload(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Prepare()
}

func (p *panel) Prepare() { p.register() }

func (p *panel) register() {
	if registered {
		return
	}
	registered = true
}

// Server has one goroutine, which opens anew what couldn't be opened; who stops it opens nothing.
type Server struct {
	open func() (*time.Ticker, error)
	tick *time.Ticker
}

func NewServer(open func() (*time.Ticker, error)) *Server {
	s := &Server{open: open}
	s.start()
	return s
}

func (s *Server) start() {
	s.tick, _ = s.open()
	go func() {
		for range 5 {
			if s.tick == nil {
				var err error
				if s.tick, err = s.open(); err != nil {
					time.Sleep(time.Second)
					continue
				}
			}
			<-s.tick.C
		}
	}()
}

func (s *Server) Stop() {
	if s.tick != nil {
		s.tick.Stop()
	}
}
