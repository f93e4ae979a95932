// Package negative has contexts of its own.
package negative

import (
	"context"
	"net/http"
)

type server struct {
	ctx  context.Context
	work func(context.Context)
}

func (s *server) own(w http.ResponseWriter, r *http.Request) {
	go s.work(s.ctx)
	go s.work(context.Background())
}

func (s *server) replaced(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	ctx = context.WithoutCancel(ctx)
	go func() { s.work(ctx) }()
}

func (s *server) waits(w http.ResponseWriter, r *http.Request) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.work(r.Context())
	}()
	<-done
}

func (s *server) noHandler(ctx context.Context) {
	go s.work(ctx)
}

func (s *server) watches(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	go func() {
		<-ctx.Done()
		s.work(context.WithoutCancel(ctx))
	}()
	s.work(ctx)
}
