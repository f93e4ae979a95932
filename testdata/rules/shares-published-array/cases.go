// Package cases returns parts of slices.
package cases

import "sync"

type ring struct {
	mu    sync.Mutex
	items []int
}

func (r *ring) push(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.items = append(r.items, n)
}

func (r *ring) head(n int) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.items[:n]
}

func (r *ring) tail(n int) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.items[n:len(r.items):len(r.items)]
}

func (r *ring) extended() []int {
	part := r.head(2)
	return append(part, 7) // want "this writes the backing array of `ring.items`"
}

func (r *ring) cleared() {
	part := r.tail(2)
	for i := range part {
		part[i] = 0 // want "this writes the backing array of `ring.items`"
	}
}

func (r *ring) clipped() []int { return append(r.tail(2), 7) }

func (r *ring) sum() (sum int) {
	for _, n := range r.head(2) {
		sum += n
	}
	return sum
}

func (r *ring) copied() []int { return append([]int(nil), r.head(2)...) }

// A slice of the caller's own.
func evens(n int) []int {
	all := make([]int, n)
	return all[:n/2]
}

func own() []int { return append(evens(4), 1) }
