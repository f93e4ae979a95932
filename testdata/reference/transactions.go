// Package transactions has many-versioned rows, results gathered by an errgroup, and scratch memory. (BP, BQ, BU, BZ, DC)
package transactions

import (
	"bytes"
	"context"
	"maps"
	"sync"

	"golang.org/x/sync/errgroup"
)

type version[T any] struct {
	number int64
	value  T
}

type row[T any] struct {
	mu      sync.Mutex
	history []version[T]
}

func (r *row[T]) begin() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.history); n > 0 {
		return r.history[n-1].number
	}
	return 0
}

func (r *row[T]) read(at int64) (v T, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.history) - 1; i >= 0; i-- {
		if r.history[i].number <= at {
			return r.history[i].value, true
		}
	}
	return v, false
}

func (r *row[T]) update(v T) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	number := int64(1)
	if n := len(r.history); n > 0 {
		number = r.history[n-1].number + 1
	}
	r.history = append(r.history, version[T]{number, v})
	return number
}

func gather(ctx context.Context, names []string, fetch func(context.Context, string) (string, error)) ([]string, error) {
	group, ctx := errgroup.WithContext(ctx)
	var mu sync.Mutex
	var results []string
	for _, name := range names {
		group.Go(func() error {
			result, err := fetch(ctx, name)
			if err != nil {
				return err
			}
			mu.Lock()
			results = append(results, result)
			mu.Unlock()
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return results, nil
}

var scratch = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func render(name string) string {
	buf := scratch.Get().(*bytes.Buffer)
	defer scratch.Put(buf)
	buf.Reset()
	buf.WriteString("hello ")
	buf.WriteString(name)
	return buf.String()
}

type builder struct {
	mu   sync.Mutex
	text []byte
}

func (b *builder) Write(p []byte) (int, error) {
	b.mu.Lock()
	b.text = append(b.text, p...)
	b.mu.Unlock()
	return len(p), nil
}

type registry struct {
	mu    sync.RWMutex
	names map[string]int
}

func (r *registry) set(name string, n int) {
	r.mu.Lock()
	r.names[name] = n
	r.mu.Unlock()
}

func (r *registry) snapshot() map[string]int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return maps.Clone(r.names)
}
