// Package fields annotates most of what it guards.
package fields

import "sync"

var registryMu sync.Mutex

// +checklocks:registryMu
var registry []*entry

type entry struct {
	mu sync.Mutex
	// +checklocks:mu
	hits  int
	bytes int // want "`entry.bytes` is used with `entry.mu` held"
	index int // want "`entry.index` is used with `registryMu` held"
	by    int // +checklocksignore: by chance
	loose int
}

func register(e *entry) {
	registryMu.Lock()
	defer registryMu.Unlock()
	e.index = len(registry)
	registry = append(registry, e)
}

func (e *entry) hit(bytes int) {
	e.mu.Lock()
	e.hits++
	e.bytes += bytes
	e.by = bytes
	e.loose++
	e.mu.Unlock()
	e.loose++
}

func first() int {
	registryMu.Lock()
	defer registryMu.Unlock()
	return registry[0].index
}
