// Package positive forgets to cancel.
package positive

import (
	"context"
	"errors"
	"time"
)

func someTimes(ctx context.Context, n int) error {
	ctx, cancel := context.WithDeadline(ctx, time.Now()) // want "`someTimes` may return without having used `cancel`"
	for range n {
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	cancel()
	return nil
}

func assigned(parent context.Context, ok bool) context.Context {
	var ctx context.Context
	var cancel context.CancelFunc
	ctx, cancel = context.WithCancel(parent) // want "`assigned` may return without having used `cancel`"
	if ok {
		cancel()
	}
	return ctx
}

func captured(parent context.Context, ok bool) (context.Context, error) {
	ctx, cancel := context.WithTimeout(parent, time.Second) // want "`captured` may return without having used `cancel`"
	if !ok {
		return nil, errors.New("not ok")
	}
	go func() {
		<-ctx.Done()
		cancel()
	}()
	return ctx, nil
}

func cause(parent context.Context, work func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(parent) // want "`cause` may return without having used `cancel`"
	if err := work(ctx); err != nil {
		cancel(err)
		return err
	}
	return nil
}

func inLiteral(parent context.Context) func() context.Context {
	return func() context.Context {
		ctx, _ := context.WithCancel(parent) // want "it is dropped"
		return ctx
	}
}

func inSwitch(parent context.Context, n int) int {
	ctx, cancel := context.WithCancel(parent) // want "`inSwitch` may return without having used `cancel`"
	_ = ctx
	switch n {
	case 1:
		cancel()
		return 1
	case 2:
		return 2
	}
	cancel()
	return 0
}

func childOfAnother(parent context.Context, load func(context.Context) error) error {
	own, cancel := context.WithCancel(parent)
	defer cancel()
	ctx, _ := context.WithTimeout(parent, time.Minute) // want "it is dropped"
	return errors.Join(load(own), load(ctx))
}
