// Package iterators looks into a map through what package maps gives to range over.
package iterators

import (
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

func (p *Peers) Sum() (sum int) {
	for score := range maps.Values(p.m) { // want "the map `Peers.m` is read without `Peers.mu`"
		sum += score
	}
	return sum
}

func (p *Peers) Scores() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Values(p.m))
}

func (p *Peers) Best() (best int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for score := range maps.Values(p.m) {
		best = max(best, score)
	}
	return best
}
