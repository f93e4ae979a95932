// Package positive keeps what belongs to a request in the handler.
package positive

import (
	"context"
	"net/http"
)

type api struct {
	user  string
	calls int
	count int
}

// A literal as a handler.
func (a *api) routes(mux *http.ServeMux) {
	mux.HandleFunc("/a", func(w http.ResponseWriter, r *http.Request) {
		a.calls++ // want "`api.calls` is written for each request"
	})
}

// Middleware, and a helper.
func (a *api) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.enter(r)
		next.ServeHTTP(w, r)
	})
}

func (a *api) enter(r *http.Request) {
	a.user = r.Host // want "`api.user` is written for each request"
}

type UnimplementedEchoServer struct{}

type echo struct {
	UnimplementedEchoServer
	last string
}

type text struct{ body string }

func (e *echo) Echo(ctx context.Context, in *text) (*text, error) {
	e.last = in.body // want "`echo.last` is written for each request"
	return in, nil
}

// A helper registers what calls the literal.
type board struct {
	mux   *http.ServeMux
	shown int
}

func (b *board) on(path string, show func(*http.Request) error) {
	b.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		if err := show(r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}

func (b *board) routes() {
	b.on("/", func(r *http.Request) error {
		b.shown++ // want "`board.shown` is written for each request"
		return nil
	})
}

// What a handler has captured, all its runs have.
func count(mux *http.ServeMux) {
	hits, last := 0, ""
	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		hits++ // want "`hits` is written for each request, while another request may use it"
		own := r.URL.Path
		last = own // want "`last` is written for each request"
	})
	_, _ = hits, last
}
