// Package published shares values that never change after they are stored. (Appendices C, DK, DN.1, DX.2, EN, EW)
package published

import (
	"sort"
	"sync/atomic"
)

type config struct{ limit int }

var current atomic.Pointer[config]

func load() *config {
	c := &config{}
	c.limit = 10
	return c
}

func reload()    { current.Store(load()) }
func limit() int { return current.Load().limit }

type leader struct{ holder string }

type election struct {
	self     string
	observed atomic.Value
}

func (e *election) observe(holder string) { e.observed.Store(leader{holder}) }

func (e *election) leading() bool {
	l, ok := e.observed.Load().(leader)
	return ok && l.holder == e.self
}

type publisher[T any] struct {
	subscribers atomic.Pointer[[]chan<- T]
}

func (p *publisher[T]) subscribe(ch chan<- T) {
	for {
		old := p.subscribers.Load()
		var next []chan<- T
		if old != nil {
			next = append(next, *old...)
		}
		next = append(next, ch)
		if p.subscribers.CompareAndSwap(old, &next) {
			return
		}
	}
}

func (p *publisher[T]) publish(v T) {
	list := p.subscribers.Load()
	if list == nil {
		return
	}
	for _, ch := range *list {
		select {
		case ch <- v:
		default:
		}
	}
}

// generations tell a consumer that what it kept is out of date.
type generations struct {
	data       atomic.Pointer[map[string]string]
	generation atomic.Uint64
}

func (g *generations) get(key string) (string, bool, uint64) {
	generation := g.generation.Load()
	data := g.data.Load()
	if data == nil {
		return "", false, generation
	}
	value, ok := (*data)[key]
	return value, ok, generation
}

func (g *generations) stale(since uint64) bool { return g.generation.Load() > since }
func (g *generations) invalidate()             { g.generation.Add(1) }

type entry struct {
	name  string
	score int
}

type board struct {
	sorted atomic.Pointer[[]entry]
}

func (b *board) update(entries []entry) {
	own := append([]entry(nil), entries...)
	sort.Slice(own, func(i, j int) bool { return own[i].score > own[j].score })
	b.sorted.Store(&own)
}

// top shares the snapshot's array with its callers, who only read it.
func (b *board) top(n int) []entry {
	s := b.sorted.Load()
	if s == nil {
		return nil
	}
	return (*s)[:min(n, len(*s))]
}

func (b *board) best() string {
	if top := b.top(1); len(top) == 1 {
		return top[0].name
	}
	return ""
}

func (b *board) cheat(name string) {
	for i := range b.top(10) {
		b.top(10)[i].name = name // want "mutation-of-snapshot: .*`board.sorted`"
	}
}
