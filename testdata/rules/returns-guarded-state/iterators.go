// Package iterators hands out what looks into a map when it is ranged over, and what has done so.
package iterators

import (
	"iter"
	"maps"
	"slices"
	"sync"
)

type Peers struct {
	mu sync.Mutex
	m  map[string]int
}

func NewPeers() *Peers { return &Peers{m: map[string]int{}} }

func (p *Peers) Add(name string, score int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if score > p.m[name] {
		p.m[name] = score
	}
}

func (p *Peers) All() iter.Seq[int] {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Values(p.m) // want "`\\(\\*Peers\\).All` returns `Peers.m` itself"
}

func (p *Peers) Scores() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Values(p.m))
}
