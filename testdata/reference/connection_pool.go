// Package pool bounds and reuses connections. Put may send on the channel that Close closes. (Appendix DW)
package pool

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

type conn interface{ Close() error }

type pool struct {
	dial   func(context.Context) (conn, error)
	idle   chan conn
	size   int32
	open   atomic.Int32
	closed atomic.Bool
	mu     sync.Mutex
}

func newPool(dial func(context.Context) (conn, error), size int) *pool {
	return &pool{dial: dial, idle: make(chan conn, size), size: int32(size)}
}

func (p *pool) get(ctx context.Context) (conn, error) {
	if p.closed.Load() {
		return nil, errors.New("the pool is closed")
	}
	select {
	case c := <-p.idle:
		return c, nil
	default:
	}
	if p.open.Add(1) > p.size {
		p.open.Add(-1)
		select {
		case c := <-p.idle:
			return c, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	c, err := p.dial(ctx)
	if err != nil {
		p.open.Add(-1)
		return nil, err
	}
	return c, nil
}

func (p *pool) put(c conn) {
	if p.closed.Load() {
		p.drop(c)
		return
	}
	select {
	case p.idle <- c:
	default:
		p.drop(c)
	}
}

func (p *pool) drop(c conn) {
	_ = c.Close()
	p.open.Add(-1)
}

func (p *pool) close() {
	if !p.closed.CompareAndSwap(false, true) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.idle) // want "send-close-race: `pool.idle` is closed here while `.*put` may still send"
	for c := range p.idle {
		_ = c.Close()
	}
}
