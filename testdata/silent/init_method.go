// Package initmethod has objects that are made ready by a method of that name, before anybody uses them.
package initmethod

import "sync"

type Pool struct {
	mu    sync.Mutex
	index map[string][]int
}

func New() *Pool { return &Pool{index: map[string][]int{}} }

// Init reads what the last run has left, and drops what is empty.
func (p *Pool) Init(saved map[string][]int) {
	for key, values := range saved {
		p.index[key] = append(p.index[key], values...)
	}
	for key, values := range p.index {
		if len(values) == 0 {
			delete(p.index, key)
		}
	}
}

func (p *Pool) Add(key string, value int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.index[key] = append(p.index[key], value)
}

func (p *Pool) Get(key string) []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]int(nil), p.index[key]...)
}

func (p *Pool) Drop(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.index, key)
}

func (p *Pool) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.index)
}
