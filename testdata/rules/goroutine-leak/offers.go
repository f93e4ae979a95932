// Package offers hands literals that offer their results in selects to functions of others.
package offers

import "context"

type runner interface {
	Each(ctx context.Context, count int, job func(context.Context, int) error) error
}

type result struct {
	n   int
	err error
}

// All adds up what the jobs give.
func All(ctx context.Context, jobs runner, count int, job func(int) (int, error)) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan result)
	go func() {
		err := jobs.Each(ctx, count, func(ctx context.Context, i int) error {
			n, err := job(i)
			select {
			case <-ctx.Done():
			case results <- result{n: n, err: err}:
			}
			return err
		})
		if err != nil {
			results <- result{err: err} // want "the send on `results` may block for ever: `All` may end without receiving"
		}
		close(results)
	}()
	sum := 0
	for one := range results {
		if one.err != nil {
			return 0, one.err
		}
		sum += one.n
	}
	return sum, nil
}

// Rest takes all that comes.
func Rest(ctx context.Context, jobs runner, count int, job func(int) (int, error)) (sum int, err error) {
	results := make(chan result)
	go func() {
		err := jobs.Each(ctx, count, func(ctx context.Context, i int) error {
			n, err := job(i)
			select {
			case <-ctx.Done():
			case results <- result{n: n, err: err}:
			}
			return err
		})
		if err != nil {
			results <- result{err: err}
		}
		close(results)
	}()
	for one := range results {
		if one.err != nil {
			err = one.err
		}
		sum += one.n
	}
	return sum, err
}

// Taken has a literal that may receive.
func Taken(ctx context.Context, jobs runner, count int, job func(int) (int, error)) (int, error) {
	results := make(chan result)
	go func() {
		err := jobs.Each(ctx, count, func(ctx context.Context, i int) error {
			select {
			case <-ctx.Done():
			case <-results:
			}
			return nil
		})
		if err != nil {
			results <- result{err: err}
		}
		close(results)
	}()
	for one := range results {
		if one.err != nil {
			return 0, one.err
		}
	}
	return 0, nil
}
