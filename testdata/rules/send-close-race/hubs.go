// Package hubs keeps its subscribers' channels in containers.
package hubs

import (
	"slices"
	"sync"
)

type byName struct {
	mu   sync.Mutex
	subs map[string]chan string
}

func (h *byName) join(name string) <-chan string {
	ch := make(chan string, 8)
	h.mu.Lock()
	h.subs[name] = ch
	h.mu.Unlock()
	return ch
}

func (h *byName) Leave(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ch, ok := h.subs[name]; ok {
		delete(h.subs, name)
		close(ch)
	}
}

func (h *byName) Publish(text string) {
	h.mu.Lock()
	targets := make([]chan string, 0, len(h.subs))
	for _, ch := range h.subs {
		targets = append(targets, ch)
	}
	h.mu.Unlock()
	for _, ch := range targets {
		select {
		case ch <- text: // want "`byName.subs..` is sent to here while `.*Leave` may close it"
		default:
		}
	}
}

// Whoever takes a channel out has it alone.
func (h *byName) Last(name, text string) {
	h.mu.Lock()
	ch, ok := h.subs[name]
	delete(h.subs, name)
	h.mu.Unlock()
	if ok {
		ch <- text
	}
}

func (h *byName) All(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, ch := range h.subs {
		select {
		case ch <- text:
		default:
		}
	}
}

type set struct {
	lock sync.RWMutex
	subs map[chan int]struct{}
}

func (s *set) Add() chan int {
	c := make(chan int, 4)
	s.lock.Lock()
	s.subs[c] = struct{}{}
	s.lock.Unlock()
	return c
}

func (s *set) Remove(c chan int) {
	s.lock.Lock()
	delete(s.subs, c)
	s.lock.Unlock()
	close(c)
}

func (s *set) snapshot() []chan int {
	s.lock.RLock()
	defer s.lock.RUnlock()
	var out []chan int
	for c := range s.subs {
		out = append(out, c)
	}
	return out
}

func (s *set) Publish(v int) {
	for _, c := range s.snapshot() {
		c <- v // want "`set.subs..` is sent to here while `.*Remove` may close it"
	}
}

type list struct {
	mu   sync.Mutex
	subs []chan int
}

func (l *list) Watch() (<-chan int, func()) {
	ch := make(chan int, 1)
	l.mu.Lock()
	l.subs = append(l.subs, ch)
	l.mu.Unlock()
	return ch, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if i := slices.Index(l.subs, ch); i >= 0 {
			l.subs = slices.Delete(l.subs, i, i+1)
			close(ch)
		}
	}
}

func (l *list) Emit(v int) {
	l.mu.Lock()
	subs := slices.Clone(l.subs)
	l.mu.Unlock()
	for _, ch := range subs {
		ch <- v // want "`list.subs..` is sent to here while `.*Watch.func1` may close it"
	}
}

type ended struct {
	ch   chan int
	done chan struct{}
}

// A channel that says that it is over is closed in the place of the one that is sent to.
type polite struct {
	mu   sync.Mutex
	subs []ended
}

func (p *polite) Watch() (<-chan int, func()) {
	s := ended{make(chan int, 1), make(chan struct{})}
	p.mu.Lock()
	p.subs = append(p.subs, s)
	p.mu.Unlock()
	var once sync.Once
	return s.ch, func() {
		once.Do(func() { close(s.done) })
		p.mu.Lock()
		defer p.mu.Unlock()
		p.subs = slices.DeleteFunc(p.subs, func(other ended) bool { return other == s })
	}
}

func (p *polite) Emit(v int) {
	p.mu.Lock()
	subs := slices.Clone(p.subs)
	p.mu.Unlock()
	for _, s := range subs {
		select {
		case s.ch <- v:
		case <-s.done:
		}
	}
}

type call struct{ answer chan int }

// Who answers a call has taken it out of the table before, so that Shut doesn't find it.
type table struct {
	mu   sync.Mutex
	open map[string]*call
}

func (t *table) Answer(id string, n int) {
	t.mu.Lock()
	c, ok := t.open[id]
	if ok {
		delete(t.open, id)
	}
	t.mu.Unlock()
	if ok {
		c.answer <- n
	}
}

func (t *table) Shut() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, c := range t.open {
		close(c.answer)
		delete(t.open, id)
	}
}

// Nobody is taken out before the send.
type board struct {
	mu   sync.Mutex
	open map[string]*call
}

func (b *board) Answer(id string, n int) {
	b.mu.Lock()
	c, ok := b.open[id]
	b.mu.Unlock()
	if ok {
		c.answer <- n // want "`call.answer` is sent to here while"
	}
}

func (b *board) Shut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, c := range b.open {
		close(c.answer)
		delete(b.open, id)
	}
}
