// Package negative gets the order right.
package negative

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/sync/errgroup"
)

func asked(parent context.Context, f func(context.Context) error) error {
	g, gctx := errgroup.WithContext(parent)
	g.Go(func() error { return f(gctx) })
	err := g.Wait()
	if err != nil && errors.Is(context.Cause(gctx), context.Canceled) {
		return fmt.Errorf("cancelled: %w", gctx.Err())
	}
	return err
}

func rounds(parent context.Context, all [][]func(context.Context) error) error {
	for _, some := range all {
		g, gctx := errgroup.WithContext(parent)
		g.SetLimit(2)
		for _, f := range some {
			g.Go(func() error { return f(gctx) })
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
	return nil
}

func noContext(parent context.Context, f func() error) error {
	g, _ := errgroup.WithContext(parent)
	g.Go(f)
	return g.Wait()
}

func twice(f, h func() error) error {
	var g errgroup.Group
	g.Go(f)
	if err := g.Wait(); err != nil {
		return err
	}
	g.Go(h)
	return g.Wait()
}

func onError(parent context.Context, f, clean func(context.Context) error) error {
	g, gctx := errgroup.WithContext(parent)
	g.Go(func() error { return f(gctx) })
	if err := g.Wait(); err != nil {
		return errors.Join(err, clean(gctx))
	}
	return nil
}

func reassigned(ctx context.Context, f func(context.Context) error) error {
	parent := ctx
	var g *errgroup.Group
	g, ctx = errgroup.WithContext(ctx)
	g.Go(func() error { return f(ctx) })
	if err := g.Wait(); err != nil {
		return err
	}
	ctx = parent
	return f(ctx)
}

func another(ctx context.Context, f func(context.Context) error) error {
	eg, ectx := errgroup.WithContext(ctx)
	eg.Go(func() error { return f(ectx) })
	if err := eg.Wait(); err != nil {
		return err
	}
	eg, ectx = errgroup.WithContext(ctx)
	eg.SetLimit(1)
	eg.Go(func() error { return f(ectx) })
	return eg.Wait()
}

func renewed(fs ...func() error) error {
	g := new(errgroup.Group)
	for _, f := range fs {
		g.Go(f)
		if err := g.Wait(); err != nil {
			return err
		}
		g = new(errgroup.Group)
		g.SetLimit(2)
	}
	return g.Wait()
}

func logs(parent context.Context, f func(context.Context) error, logger *slog.Logger) error {
	g, gctx := errgroup.WithContext(parent)
	g.Go(func() error { return f(gctx) })
	err := g.Wait()
	logger.InfoContext(gctx, "done")
	return err
}
