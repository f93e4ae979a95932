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

// stream stops its readers when its loop ends, while they still leave one by one.
type stream struct {
	mu      sync.Mutex
	readers map[int]chan int
	in      chan int
}

func (s *stream) loop() {
	defer s.close()
	for id := range s.in {
		s.enter(id)
	}
}

func (s *stream) close() {
	for _, reader := range s.readers { // want "`stream.readers` is ranged over without `stream.mu`"
		close(reader)
	}
}

func (s *stream) enter(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readers[id] = make(chan int)
	go s.read(id)
}

func (s *stream) read(id int) {
	s.mu.Lock()
	delete(s.readers, id)
	s.mu.Unlock()
}

func start() chan int {
	s := &stream{readers: map[int]chan int{}, in: make(chan int)}
	go s.loop()
	return s.in
}

// --- what is still found where it was isn't one's own

type branch struct {
	tree   *tree
	mu     sync.Mutex
	leaves []*branch
}

func (b *branch) grow() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.leaves = append(b.leaves, &branch{tree: b.tree})
}

func (b *branch) graft(with *branch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.leaves = append(b.leaves, with)
}

func (b *branch) fell() {
	b.tree.mu.Lock()
	b.tree.felled = nil
	b.tree.mu.Unlock()
	for _, leaf := range b.leaves { // want "`branch.leaves` is ranged over without `branch.mu`"
		leaf.fell()
	}
}

type tree struct {
	mu     sync.RWMutex
	first  *branch
	felled func()
}

func (t *tree) Grow(with *branch) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.first != nil {
		t.first.grow()
		t.first.graft(with)
	}
}

func (t *tree) Fell() {
	t.mu.RLock()
	first := t.first
	t.mu.RUnlock()
	if first != nil {
		first.fell()
	}
}
