// Package places copies locks where a look at assignments and calls alone would miss it.
package places

import (
	"sync"
	"unsafe"
)

type tally struct {
	mu sync.Mutex
	n  int
}

var byName map[string]tally

// Literals that package variables begin with are functions, too.
var onCopy = func(tally) {} // want "the parameter `tally` of `onCopy` copies a `sync.Mutex`"

var handlers = map[string]func(*tally) int{
	"copies": func(t *tally) int {
		c := *t // want "`\\*t` is assigned, which copies a `sync.Mutex`"
		return c.n
	},
	"looks": func(t *tally) int { return t.n },
}

func lookUp(name string) int {
	t, ok := byName[name] // want "`byName\\[name\\]` is assigned, which copies a `sync.Mutex`"
	if !ok {
		return 0
	}
	return t.n
}

func asserted(v any) int {
	t, ok := v.(tally) // want "`v.\\(tally\\)` is assigned, which copies a `sync.Mutex`"
	if !ok {
		return 0
	}
	return t.n
}

// Only whether it is there is asked.
func has(name string) bool {
	_, ok := byName[name] // vet complains
	return ok
}

func moved(p *tally) *tally {
	return new(*p) // want "`\\*p` is handed over by value, which copies a `sync.Mutex`"
}

// What measures a value doesn't copy it; a function that is called like it does.
func sizes(p *tally) uintptr {
	return unsafe.Sizeof(*p) + unsafe.Offsetof(p.mu)
}

func shadowed(all [4]sync.Mutex) int { // want "the parameter `all \\[4\\]sync.Mutex` of `shadowed` copies a `sync.Mutex`"
	len := func(any) int { return 0 }
	return len(all) // want "`all` is handed over by value, which copies a `sync.Mutex`"
}

func counted(all *[4]sync.Mutex) int {
	return len(*all) + cap(*all)
}
