// Package collected copies a list of objects under the lock, and looks at the objects afterwards.
package collected

import (
	"maps"
	"slices"
	"sync"
)

type peer struct {
	addr  string
	score int
}

type Peers struct {
	mu sync.Mutex
	m  map[string]*peer
}

func NewPeers() *Peers { return &Peers{m: map[string]*peer{}} }

func (p *Peers) Add(name string, by int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one := p.m[name]; one != nil {
		one.score += by
		return
	}
	p.m[name] = &peer{addr: name}
}

func (p *Peers) all() []*peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Values(p.m))
}

func (p *Peers) Best() (best string) {
	top := 0
	for _, one := range p.all() {
		if one.score > top { // want "`peer.score` is read after `Peers.mu` was given back"
			top, best = one.score, one.addr
		}
	}
	return best
}

// What never changes can be looked at by anybody.
func (p *Peers) Addresses() (found []string) {
	for _, one := range p.all() {
		found = append(found, one.addr)
	}
	return found
}
