// Package positive goes on with contexts of requests.
package positive

import (
	"context"
	"net/http"
)

type UnimplementedThingServer struct{}

type thing struct {
	UnimplementedThingServer
	work func(context.Context)
}

func (t *thing) Make(ctx context.Context, name *string) (*string, error) {
	go func() { // want "`ctx` is cancelled when"
		t.work(ctx)
	}()
	return name, nil
}

func (t *thing) Break(ctx context.Context, name *string) (*string, error) {
	go t.work(ctx) // want "`ctx` is cancelled when"
	return name, nil
}

func work(ctx context.Context) bool { return ctx.Err() == nil }

func late(w http.ResponseWriter, r *http.Request) {
	done := make(chan bool, 1)
	go func() { // want "`r.Context\\(\\)` is cancelled when `late` returns"
		done <- work(r.Context())
	}()
	select {
	case <-done:
	default:
	}
}
