// Package positive starts as many as come.
package positive

import (
	"context"

	"golang.org/x/sync/errgroup"
)

func group(tasks <-chan func() error) error {
	var g errgroup.Group
	for task := range tasks {
		g.Go(task) // want "a goroutine for each item that `tasks` gives"
	}
	return g.Wait()
}

type server struct {
	requests chan int
}

func (s *server) run(ctx context.Context, handle func(int)) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-s.requests:
			go handle(n) // want "a goroutine for each item that `s.requests` gives"
		}
	}
}
