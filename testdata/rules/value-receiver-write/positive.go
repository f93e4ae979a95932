// Package positive writes to copies.
package positive

type list struct {
	first  int
	nested struct{ n int }
	sizes  [4]int
}

func (l list) set(n int) {
	if n > 0 {
		l.first = n // want "the write of `l.first` is lost: `.*set` works on a copy of `l`"
	}
}

func (l list) reset() int {
	before := l.first
	l.first = 0 // want "the write of `l.first` is lost"
	return before
}

func (l list) both(n int) {
	l.first, l.nested.n = n, n // want "is lost"
}

type generic[T any] struct{ value T }

func (g generic[T]) put(v T) {
	g.value = v // want "the write of `g.value` is lost"
}

type pair struct {
	left, right int
	next        *pair
}

// What is looked at afterwards is another field.
func (p pair) link(n int) {
	p.left = n // want "the write of `p.left` is lost"
	p.next.right = n
}

func (p pair) other(n int) int {
	p.left = n // want "the write of `p.left` is lost"
	return p.right
}
