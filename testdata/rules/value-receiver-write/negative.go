// Package negative writes to what lasts, or uses the copy.
package negative

import "sync"

type list struct {
	first int
	next  *list
	names []string
}

func (l *list) set(n int) { l.first = n }

func (l list) through(n int) { l.next.first = n }

func (l list) element(s string) { l.names[0] = s }

func (l list) looped(n int) int {
	sum := 0
	for i := range n {
		l.first += i
		sum += l.first
	}
	return sum
}

func (l list) captured(n int) func() int {
	l.first = n
	return func() int { return l.first }
}

func (l list) handed(use func(list)) {
	l.first = 1
	use(l)
}

func (l list) sent(to chan<- list) {
	l.first = 1
	to <- l
}

func (l list) address(use func(*list)) {
	l.first = 1
	use(&l)
}

func (l list) deferred(use func(int)) {
	defer func() { use(l.first) }()
	l.first = 1
}

type locked struct {
	mu sync.Mutex
	n  int
}

func (l *locked) inc() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
}
