// Package negative keeps requests apart.
package negative

import (
	"net/http"
	"sync"
)

type api struct {
	mu    sync.Mutex
	seen  map[string]int
	title string
}

func newAPI() *api {
	a := &api{seen: map[string]int{}}
	a.title = "api"
	return a
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.seen[r.Host]++
	a.mu.Unlock()
	page := &page{title: a.title}
	page.fill(r)
	page.write(w)
}

type page struct{ title, body string }

func (p *page) fill(r *http.Request)        { p.body = r.URL.Path }
func (p *page) write(w http.ResponseWriter) { w.Write([]byte(p.title + p.body)) }

// A writer that wraps another one is a request's own.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		next.ServeHTTP(rec, r)
		println(rec.status)
	})
}

// No request comes before the server listens: until then the starter is alone, whoever registers the handler for it.
type board struct{ mux *http.ServeMux }

func (b *board) handle(path string, show http.HandlerFunc) { b.mux.HandleFunc(path, show) }

func (b *board) on(path string, show func(http.ResponseWriter) error) {
	b.mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
		if err := show(w); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}

func (b *board) serve(address string) error {
	title := "board"
	b.handle("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(title)) })
	b.on("/title", func(w http.ResponseWriter) error {
		_, err := w.Write([]byte(title))
		return err
	})
	if address == "" {
		title, address = "here", "localhost:80"
	}
	return http.ListenAndServe(address, b.mux)
}

func count(mux *http.ServeMux) {
	var mu sync.Mutex
	hits, title := 0, "board"
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		hits++
		mu.Unlock()
		n := 0
		n++
		_, _ = w.Write([]byte(title))
	})
}
