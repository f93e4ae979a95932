// Package positive waits for itself.
package positive

import "sync"

type store struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	n     int
	inner *inner
	done  func()
}

type inner struct {
	sync.Mutex
	n int
}

func (s *store) inc() {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
}

func (s *store) direct() {
	s.mu.Lock()
	s.mu.Lock() // want "`s.mu` is locked again while it is held"
	s.n++
	s.mu.Unlock()
}

func (s *store) twoDeep() { s.inc() }

func (s *store) chain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twoDeep() // want "`s.mu` is locked again by .*twoDeep"
}

func (i *inner) bump() {
	i.Lock()
	defer i.Unlock()
	i.n++
}

func (s *store) embedded() {
	s.inner.Lock()
	defer s.inner.Unlock()
	s.inner.bump() // want "is locked again by .*bump"
}

func (s *store) alias() {
	mu := &s.mu
	mu.Lock()
	s.inc() // want "`s.mu` is locked again by .*inc"
	mu.Unlock()
}

func (s *store) withLock(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *store) callback() {
	s.withLock(func() {
		s.inc() // want "`s.mu` is locked again"
	})
}

func (s *store) perhaps(lock bool) int {
	if lock {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	return s.n
}

func (s *store) told() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.perhaps(true) // want "`s.mu` is locked again by .*perhaps"
}

func (s *store) write(n int) {
	s.rw.Lock()
	s.n = n
	s.rw.Unlock()
}

func (s *store) upgrade(n int) {
	s.rw.RLock()
	if s.n != n {
		s.write(n) // want "`s.rw` is locked again by .*write"
	}
	s.rw.RUnlock()
}

func (s *store) inLoop(ns []int) {
	s.rw.Lock()
	defer s.rw.Unlock()
	for _, n := range ns {
		s.write(n) // want "`s.rw` is locked again by .*write"
	}
}

// step is called with mu held.
func (s *store) step() {
	s.inc() // want "`s.mu` is locked again by .*inc"
}

func (s *store) run() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.step()
}

var (
	registry sync.Mutex
	names    []string
)

func register(name string) {
	registry.Lock()
	defer registry.Unlock()
	names = append(names, name)
}

func registerAll(all []string) {
	registry.Lock()
	defer registry.Unlock()
	for _, name := range all {
		register(name) // want "`registry` is locked again by"
	}
}

type fleet struct {
	all  []*store
	byID map[string]*store
}

func (f *fleet) each() {
	for _, s := range f.all {
		s.mu.Lock()
		s.inc() // want "is locked again by .*inc"
		s.mu.Unlock()
	}
}

func (f *fleet) one(id string) {
	s := f.byID[id]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twoDeep() // want "is locked again by .*twoDeep"
}

func (s *store) lockFor(writing bool) {
	if writing {
		s.rw.Lock()
	} else {
		s.rw.RLock()
	}
}

func (s *store) unlockFor(writing bool) {
	if writing {
		s.rw.Unlock()
	} else {
		s.rw.RUnlock()
	}
}

func (s *store) reading() int {
	s.lockFor(false)
	s.lockFor(true) // want "`s.rw` is locked again by .*lockFor"
	defer s.unlockFor(false)
	defer s.unlockFor(true)
	return s.n
}
