// Package cases writes and reads pairs of atomics.
package cases

import (
	"sync"
	"sync/atomic"
)

type position struct {
	mu       sync.Mutex
	x, y     atomic.Int64
	in, out  atomic.Int64
	up, down atomic.Int64
	low      uint32
	high     uint32
}

func (p *position) move(x, y int64) {
	p.x.Store(x)
	p.y.Store(y)
}

func (p *position) get() (int64, int64) {
	x := p.x.Load()
	y := p.y.Load() // want "`position.x` and `position.y` are always written together"
	return x, y
}

func (p *position) bounds(low, high uint32) {
	atomic.StoreUint32(&p.low, low)
	atomic.StoreUint32(&p.high, high)
}

func (p *position) size() uint32 {
	return atomic.LoadUint32(&p.high) - atomic.LoadUint32(&p.low) // want "are always written together"
}

// Each for itself.
func (p *position) receive()           { p.in.Add(1) }
func (p *position) send()              { p.out.Add(1) }
func (p *position) open() int64        { return p.in.Load() - p.out.Load() }
func (p *position) both()              { p.in.Add(1); p.out.Add(1) }
func (p *position) lift(up, down int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up.Store(up)
	p.down.Store(down)
}

func (p *position) height() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.up.Load() - p.down.Load()
}

// Of two objects.
func distance(p, q *position) int64 { return p.x.Load() - q.x.Load() }
