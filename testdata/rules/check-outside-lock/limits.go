// Package limits asks whether there is room, and counts later.
package limits

import "sync"

type pool struct {
	mu   sync.Mutex
	open int
	most int
}

func (p *pool) take(dial func() error) bool {
	p.mu.Lock()
	full := p.open >= p.most
	p.mu.Unlock()
	if full || dial() != nil {
		return false
	}
	p.mu.Lock()
	p.open++ // want "`p.open` is written on the word of a look that ended with its critical section"
	p.mu.Unlock()
	return true
}

func (p *pool) leave(close func()) {
	p.mu.Lock()
	if p.open == 0 {
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	close()
	p.mu.Lock()
	p.open -= 1 // want "`p.open` is written on the word of a look"
	p.mu.Unlock()
}

func (p *pool) again(dial func() error) bool {
	p.mu.Lock()
	full := p.open >= p.most
	p.mu.Unlock()
	if full || dial() != nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open >= p.most {
		return false
	}
	p.open++
	return true
}

// Counted first: who comes next sees it.
func (p *pool) reserve(dial func() error) bool {
	p.mu.Lock()
	if p.open >= p.most {
		p.mu.Unlock()
		return false
	}
	p.open++
	p.mu.Unlock()
	if dial() == nil {
		return true
	}
	p.mu.Lock()
	p.open--
	p.mu.Unlock()
	return false
}
