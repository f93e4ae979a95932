// Package registered calls those who have registered, with the lock held that they need to leave.
package registered

import (
	"maps"
	"slices"
	"sync"
)

// Listener is told of news.
type Listener interface{ Tell(string) }

// Board has news.
type Board struct {
	mu        sync.Mutex
	listeners map[Listener]struct{}
	news      chan string
}

// Add registers a listener.
func (b *Board) Add(l Listener) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listeners[l] = struct{}{}
}

// Remove lets a listener go.
func (b *Board) Remove(l Listener) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.listeners, l)
}

func (b *Board) run() {
	for each := range b.news {
		b.mu.Lock()
		for listener := range b.listeners {
			listener.Tell(each) // want "`listener.Tell` is called with `b.mu` held"
		}
		b.mu.Unlock()
	}
}

// Hooks are functions, by the number that their owner has been given.
type Hooks struct {
	mu    sync.RWMutex
	next  int
	hooks map[int]func(string)
}

// Add registers a function, and returns what lets it go.
func (h *Hooks) Add(hook func(string)) func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next++
	key := h.next
	h.hooks[key] = hook
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.hooks, key)
	}
}

func (h *Hooks) tell(news string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, hook := range h.hooks {
		hook(news) // want "`hook` is called with `h.mu` held"
	}
}

// --- a copy is told

// Copies tells a copy.
type Copies struct {
	mu        sync.Mutex
	listeners map[Listener]struct{}
}

// Add registers a listener.
func (c *Copies) Add(l Listener) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners[l] = struct{}{}
}

// Remove lets a listener go.
func (c *Copies) Remove(l Listener) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.listeners, l)
}

func (c *Copies) tell(news string) {
	c.mu.Lock()
	listeners := slices.Collect(maps.Keys(c.listeners))
	c.mu.Unlock()
	for _, listener := range listeners {
		listener.Tell(news)
	}
}

// --- on goroutines of their own

// Loose starts a goroutine for each.
type Loose struct {
	mu        sync.Mutex
	listeners map[Listener]struct{}
}

// Add registers a listener.
func (l *Loose) Add(listener Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listeners[listener] = struct{}{}
}

// Remove lets a listener go.
func (l *Loose) Remove(listener Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.listeners, listener)
}

func (l *Loose) tell(news string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for listener := range l.listeners {
		go listener.Tell(news)
	}
}

// --- asked, not told

// Sized knows how large it is.
type Sized interface{ Size() int }

// Sizes adds up.
type Sizes struct {
	mu    sync.Mutex
	items map[Sized]struct{}
}

// Add registers an item.
func (s *Sizes) Add(item Sized) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[item] = struct{}{}
}

// Remove lets an item go.
func (s *Sizes) Remove(item Sized) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, item)
}

func (s *Sizes) sum() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := 0
	for item := range s.items {
		sum += item.Size()
	}
	return sum
}

// --- nobody leaves

// Stayers are told for as long as the board lives.
type Stayers struct {
	mu        sync.Mutex
	listeners []Listener
}

// Add registers a listener.
func (s *Stayers) Add(l Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, l)
}

func (s *Stayers) tell(news string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, listener := range s.listeners {
		listener.Tell(news)
	}
}
