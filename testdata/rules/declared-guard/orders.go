// Package orders keeps to its comments by other means than the lock, or only seems to.
package orders

import (
	"maps"
	"sync"
)

type store struct {
	mu sync.RWMutex

	// revMu protects rev and compacted.
	revMu     sync.RWMutex
	rev       int
	compacted int

	// tableMu guards table.
	tableMu sync.Mutex
	table   map[string][]int
}

func newStore() *store {
	s := &store{table: map[string][]int{}}
	register(s)
	return s
}

var (
	registry   []*store
	registryMu sync.Mutex
)

func register(s *store) {
	registryMu.Lock()
	defer registryMu.Unlock()
	registry = append(registry, s)
}

// Open makes the store ready for others.
func Open(rev int) *store {
	s := newStore()
	s.rev = rev
	return s
}

type common struct{ s *store }

type txn struct{ common }

// Begin leaves the store locked for what it returns.
func (s *store) Begin() *txn {
	s.mu.RLock()
	return &txn{common{s}}
}

func (t *txn) End() { t.s.mu.RUnlock() }

// Compact keeps transactions out by the other lock.
func (s *store) Compact(rev int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revMu.Lock()
	s.compacted = rev
	s.revMu.Unlock()
}

func (c common) Compacted() int { return c.s.compacted }

func (s *store) Commit() {
	s.revMu.Lock()
	s.rev++
	s.revMu.Unlock()
}

func (s *store) Current() (int, int) {
	s.revMu.RLock()
	defer s.revMu.RUnlock()
	return s.rev, s.compacted
}

func (s *store) Hash() int {
	return s.rev * 31 // want "`store.rev` is read without `store.revMu`"
}

func (s *store) Replace(table map[string][]int) {
	s.tableMu.Lock()
	defer s.tableMu.Unlock()
	s.table = table
}

func (s *store) Len() int {
	s.tableMu.Lock()
	defer s.tableMu.Unlock()
	return len(s.table)
}

// First works on the map that it got under the lock: nobody writes it after that.
func (s *store) First(key string) int {
	s.tableMu.Lock()
	table := s.table
	s.tableMu.Unlock()
	found := table[key]
	if len(found) == 0 {
		return 0
	}
	return found[0]
}

type reader struct {
	// loadMu protects loading.
	loadMu  sync.Mutex
	loading bool
	done    chan struct{}

	// bytesMu protects bytes.
	bytesMu sync.Mutex
	bytes   []byte
}

func (r *reader) load() {
	defer close(r.done)
	r.bytesMu.Lock()
	r.bytes = append(r.bytes, 1)
	r.bytesMu.Unlock()
}

func (r *reader) Load() {
	r.loadMu.Lock()
	r.loading = true
	r.loadMu.Unlock()
	go r.load()
}

func (r *reader) Count() int {
	r.bytesMu.Lock()
	defer r.bytesMu.Unlock()
	return len(r.bytes)
}

// Close waits if there is something to wait for.
func (r *reader) Close() int {
	r.loadMu.Lock()
	loading := r.loading
	r.loadMu.Unlock()
	if loading {
		<-r.done
	}
	return len(r.bytes)
}

// A worker is stopped, and waited for, before its successor takes over what it had.
type worker struct {
	stopping, stopped chan struct{}
	tasks             []*task
}

type task struct {
	mu sync.Mutex
	// guarded by mu
	seen map[string]int
}

func newWorker(tasks []*task) *worker {
	return &worker{stopping: make(chan struct{}), stopped: make(chan struct{}), tasks: tasks}
}

func (w *worker) run(names <-chan string) {
	defer close(w.stopped)
	for {
		select {
		case <-w.stopping:
			return
		case name := <-names:
			for _, one := range w.tasks {
				one.note(name)
			}
		}
	}
}

func (w *worker) stop() {
	close(w.stopping)
	<-w.stopped
}

func (t *task) note(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen[name]++
}

func (t *task) count(name string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen[name]
}

func (w *worker) takeOver(old *worker) {
	for at, one := range w.tasks {
		maps.Copy(one.seen, old.tasks[at].seen)
	}
}

func (w *worker) spy(other *worker) {
	for at, one := range w.tasks {
		maps.Copy(one.seen, other.tasks[at].seen) // want "`task.seen` is written without `task.mu`"
	}
}

func replace(old *worker, tasks []*task, names <-chan string) *worker {
	fresh := newWorker(tasks)
	go func() {
		old.stop()
		fresh.takeOver(old)
		fresh.run(names)
	}()
	return fresh
}

func compare(one *worker, other *worker) {
	go func() {
		one.spy(other)
		other.stop()
	}()
}
