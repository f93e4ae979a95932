// Package positive walks what others change under the lock.
package positive

import "sync"

// registry is walked under its lock, and measured before it.
type registry struct {
	mu      sync.Mutex
	members map[string]int
	order   []string
}

func (r *registry) add(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.members[name]++
	r.order = append(r.order, name)
}

// A length that is taken before the lock is no iteration, whatever the section walks afterwards.
func (r *registry) snapshot() map[string]int {
	out := make(map[string]int, len(r.members))
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, count := range r.members {
		out[name] = count
	}
	return out
}

func (r *registry) names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.order...)
}

func (r *registry) visit(each func(string)) {
	for _, name := range r.order { // want "`registry.order` is ranged over without `registry.mu`"
		each(name)
	}
}
