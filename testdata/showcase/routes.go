package showcase

import "sync/atomic"

// Routes maps a path to a backend. Readers load the table without a lock.
type Routes struct {
	table atomic.Pointer[map[string]string]
}

// Replace publishes a new table, and then still writes to it.
func (r *Routes) Replace(backends map[string]string) {
	table := make(map[string]string, len(backends)+1)
	for path, backend := range backends {
		table[path] = backend
	}
	r.table.Store(&table)
	table["/health"] = "self"
}

// Add changes the table that readers have in their hands.
func (r *Routes) Add(path, backend string) {
	table := r.table.Load()
	(*table)[path] = backend
}

// Backend finds the backend of a path.
func (r *Routes) Backend(path string) string {
	return (*r.table.Load())[path]
}
