// Package handed gives on what it has found under a lock.
package handed

import (
	"encoding/json"
	"sync"
)

type meter struct {
	mu     sync.Mutex
	counts map[string]int64
	flush  func(map[string]int64)
}

func (m *meter) Inc(name string) {
	m.mu.Lock()
	m.counts[name]++
	m.mu.Unlock()
}

func (m *meter) Flush() {
	m.mu.Lock()
	counts := m.counts
	m.mu.Unlock()
	m.flush(counts) // want "elements of `meter.counts` are used after `meter.mu` was given back"
}

func (m *meter) Text() ([]byte, error) {
	m.mu.Lock()
	counts := m.counts
	m.mu.Unlock()
	return json.Marshal(counts) // want "elements of `meter.counts` are used after `meter.mu` was given back"
}

func (m *meter) Inside() ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return json.Marshal(m.counts)
}

// Whoever puts a new map in the place of the old one has that alone.
type period struct {
	mu     sync.Mutex
	counts map[string]int64
	flush  func(map[string]int64)
}

func (p *period) Inc(name string) {
	p.mu.Lock()
	p.counts[name]++
	p.mu.Unlock()
}

func (p *period) Flush() {
	p.mu.Lock()
	counts := p.counts
	p.counts = map[string]int64{}
	p.mu.Unlock()
	p.flush(counts)
}
