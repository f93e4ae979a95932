// Package negative cancels what it makes.
package negative

import (
	"context"
	"time"
)

type server struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func (s *server) field(parent context.Context) {
	s.ctx, s.cancel = context.WithCancel(parent)
}

func returned(parent context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(parent)
}

func named(parent context.Context) (ctx context.Context, cancel context.CancelFunc) {
	ctx, cancel = context.WithTimeout(parent, time.Second)
	return
}

func everyWay(parent context.Context, ok bool) error {
	ctx, cancel := context.WithCancel(parent)
	if ok {
		cancel()
		return nil
	}
	defer cancel()
	return ctx.Err()
}

func deferredLiteral(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		cancel()
	}()
	return ctx.Err()
}

func handedOn(parent context.Context, keep func(context.CancelFunc)) context.Context {
	ctx, cancel := context.WithCancel(parent)
	keep(cancel)
	return ctx
}

func endless(parent context.Context, work func(context.Context)) {
	ctx, cancel := context.WithCancel(parent)
	for {
		work(ctx)
		if ctx.Err() != nil {
			break
		}
	}
	cancel()
}

func panics(parent context.Context, ok bool) {
	ctx, cancel := context.WithCancel(parent)
	if !ok {
		panic("not ok")
	}
	cancel()
	<-ctx.Done()
}

func outer(parent context.Context, start func(func())) {
	var cancel context.CancelFunc
	var ctx context.Context
	start(func() {
		ctx, cancel = context.WithCancel(parent)
	})
	defer cancel()
	<-ctx.Done()
}

func optional(parent context.Context, limit time.Duration) error {
	ctx := parent
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(parent, limit)
		defer cancel()
	}
	return ctx.Err()
}

// A package variable is there for others to call it.
var (
	root, cancelRoot = context.WithCancel(context.Background())

	stopLoading func()
)

func startLoading(load func(context.Context)) {
	if stopLoading == nil {
		var ctx context.Context
		ctx, stopLoading = context.WithCancel(root)
		go load(ctx)
	}
}

func stop() { cancelRoot() }

// The parent's cancel function ends the child as well.
func withChild(parent context.Context, load func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(parent)
	ctx, _ = context.WithTimeoutCause(ctx, time.Minute, context.DeadlineExceeded) // vet complains
	defer cancel(context.Canceled)
	return load(ctx)
}

// It is let go of on purpose.
func forGood(parent context.Context, watch func(context.Context)) {
	ctx, cancel := context.WithCancelCause(parent)
	_ = cancel
	go watch(ctx)
}

func stoppedFromBefore(onStop func(func()), wanted bool, run func(context.Context) error) error {
	stop := func() {}
	if wanted {
		onStop(func() { stop() })
	}
	if wanted {
		ctx, cancel := context.WithCancel(context.Background())
		stop = cancel
		if err := run(ctx); err != nil {
			return err
		}
	}
	return nil
}
