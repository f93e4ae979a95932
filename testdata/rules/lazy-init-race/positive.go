// Package positive makes things when they are first needed, on many goroutines.
package positive

import (
	"net/http"
	"sync"
)

type page struct{ body []byte }

type site struct {
	pages map[string]*page
	front *page
}

// Two calls below the handler.
func (s *site) home(w http.ResponseWriter, r *http.Request) { w.Write(s.render()) }

func (s *site) render() []byte { return s.first().body }

func (s *site) first() *page {
	if s.front == nil {
		s.front = &page{body: []byte("hello")} // want "`site.front` is made at its first use"
	}
	return s.front
}

func routes(mux *http.ServeMux, s *site) { mux.HandleFunc("/", s.home) }

type pool struct {
	jobs  chan int
	cache []int
	wg    sync.WaitGroup
}

// Workers that share what the first of them makes.
func (p *pool) start(n int) {
	for range n {
		go p.work()
	}
}

func (p *pool) work() {
	for job := range p.jobs {
		if len(p.cache) == 0 {
			p.cache = make([]int, 100) // want "`pool.cache` is made at its first use"
		}
		println(p.cache[job])
	}
}

type dialer struct {
	mu      sync.Mutex
	pending map[string]chan struct{}
	shared  map[string]string
}

// ServeHTTP has each host that it hasn't met yet looked up on a goroutine of its own.
func (d *dialer) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.pending[r.Host] == nil {
		done := make(chan struct{})
		d.pending[r.Host] = done
		go func() {
			defer close(done)
			d.dial()
		}()
	}
}

func (d *dialer) dial() {
	if d.shared == nil {
		d.shared = make(map[string]string) // want "`dialer.shared` is made at its first use"
	}
}
