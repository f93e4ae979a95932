// Package positive gets the order wrong.
package positive

import (
	"context"

	"golang.org/x/sync/errgroup"
)

type store struct {
	group *errgroup.Group
}

func (s *store) limit(f func() error) {
	s.group.Go(f)
	s.group.SetLimit(1) // want "`s.group.SetLimit` panics while a goroutine of the group runs"
}

func (s *store) save(context.Context) error { return nil }

func method(parent context.Context, s *store, f func(context.Context) error) error {
	g, gctx := errgroup.WithContext(parent)
	g.Go(func() error { return f(gctx) })
	err := g.Wait()
	if err != nil {
		return err
	}
	return s.save(gctx) // want "the context given to `s.save` is over"
}

func again(parent context.Context, f func(context.Context) error) error {
	g, gctx := errgroup.WithContext(parent)
	g.Go(func() error { return f(gctx) })
	if err := g.Wait(); err != nil {
		return err
	}
	g.Go(func() error { return f(gctx) }) // want "a goroutine is started too late: the group's context was cancelled"
	return g.Wait()
}

func assigned(parent context.Context, f func(context.Context) error) error {
	g, _ := errgroup.WithContext(parent) // want "the group's own context is dropped"
	g.Go(func() error {
		return f(parent)
	})
	return g.Wait()
}
