// Package ofanother writes to a copy while what it was made of is looked at.
package ofanother

import "sync"

type page struct {
	mu    sync.RWMutex
	words []string
}

func (p *page) copied() *page {
	p.mu.RLock()
	defer p.mu.RUnlock()
	made := &page{}
	made.words = append(made.words, p.words...)
	return made
}

func (p *page) Put(word string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.words = append(p.words, word)
}

func (p *page) Words() []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return append([]string(nil), p.words...)
}

func (p *page) With(other *page) *page {
	both := p.copied()
	func() {
		other.mu.RLock()
		defer other.mu.RUnlock()
		both.words = make([]string, len(other.words))
		copy(both.words, other.words)
	}()
	return both
}
