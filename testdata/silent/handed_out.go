// Package handedout hands on locks that are held, and containers to those who take the lock.
package handedout

import (
	"sync"
	"time"
)

// A map that never changes for another is read under the lock by the one who gets it.

type peers struct {
	mu   sync.RWMutex
	lost map[string]time.Time
	name map[string]string
}

func newPeers() *peers {
	p := &peers{lost: map[string]time.Time{}, name: map[string]string{}}
	go p.reconnect()
	return p
}

func (p *peers) names(of map[string]time.Time) []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var found []string
	for id := range of {
		found = append(found, p.name[id])
	}
	return found
}

func (p *peers) reconnect() {
	for {
		for _, name := range p.names(p.lost) {
			print(name)
		}
		time.Sleep(time.Second)
	}
}

func (p *peers) lose(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost[id] = time.Now()
	p.name[id] = id
}

func (p *peers) find(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.lost, id)
}

func (p *peers) isLost(id string) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	_, is := p.lost[id]
	return is
}

// What begins an installation leaves the lock to what ends it, whose helpers run under it.

type listener interface {
	Begin(name string)
	End(ok bool)
}

type Installer struct {
	mu        sync.Mutex
	listeners map[string][]listener
	pending   string
}

func (i *Installer) Register(name string, l listener) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.listeners[name] = append(i.listeners[name], l)
}

func (i *Installer) Leave(name string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.listeners, name)
}

func (i *Installer) Begin(name string) {
	i.mu.Lock()
	i.pending = name
	for _, each := range i.listeners[name] {
		each.Begin(name)
	}
}

func (i *Installer) End(ok bool) {
	defer i.mu.Unlock()
	i.tell(ok)
}

func (i *Installer) tell(ok bool) {
	for _, each := range i.listeners[i.pending] {
		each.End(ok)
	}
}

// What was taken from where others find it, under their lock, is one's own.

type promise struct {
	sink     *Sink
	mu       sync.Mutex
	children []*promise
}

func (p *promise) child(s *Sink) *promise {
	made := &promise{sink: s}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.children = append(p.children, made)
	return made
}

func (p *promise) keep(to func(string)) {
	p.sink.mu.Lock()
	p.sink.to = to
	p.sink.promise = nil
	p.sink.mu.Unlock()
	for _, child := range p.children {
		child.keep(to)
	}
}

type Sink struct {
	mu      sync.RWMutex
	to      func(string)
	promise *promise
}

func NewSink() *Sink {
	s := &Sink{promise: &promise{}}
	s.promise.sink = s
	return s
}

func (s *Sink) Child() *Sink {
	s.mu.RLock()
	defer s.mu.RUnlock()
	made := &Sink{to: s.to}
	if s.promise != nil {
		made.promise = s.promise.child(made)
	}
	return made
}

func (s *Sink) Named(string) *Sink {
	s.mu.RLock()
	defer s.mu.RUnlock()
	made := &Sink{to: s.to}
	if s.promise != nil {
		made.promise = s.promise.child(made)
	}
	return made
}

func (s *Sink) Keep(to func(string)) {
	s.mu.RLock()
	kept := s.promise
	s.mu.RUnlock()
	if kept != nil {
		kept.keep(to)
	}
}
