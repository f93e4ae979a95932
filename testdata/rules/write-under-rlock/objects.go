// Package objects changes what a library keeps under the read side.
package objects

import (
	"bytes"
	"container/list"
	"container/ring"
	"math/rand"
	"sync"
)

type recent struct {
	mu    sync.RWMutex
	order *list.List
	rnd   *rand.Rand
	out   bytes.Buffer
}

func (r *recent) add(v any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.order.PushBack(v)
	r.rnd.Seed(int64(r.order.Len()))
	r.out.WriteByte('+')
}

func (r *recent) touch(e *list.Element) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	r.order.MoveToFront(e) // want "this call changes `recent.order` while `recent.mu` is held for reading only"
	r.log()
}

// All who call it read.
func (r *recent) log() {
	r.out.WriteByte('.') // want "this call changes `recent.out` while `recent.mu` is held for reading only"
}

func (r *recent) pick(n int) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.rnd.Intn(n) // want "this call changes `recent.rnd` while `recent.mu` is held for reading only"
}

// Methods that only look.
func (r *recent) size() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.order.Len() + r.out.Len()
}

type stamped struct {
	mu  sync.RWMutex
	one sync.Mutex
	rnd *rand.Rand
}

func (s *stamped) reseed(seed int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rnd.Seed(seed)
}

// The readers keep one another out by a lock of their own.
func (s *stamped) pick(n int) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.one.Lock()
	defer s.one.Unlock()
	return s.rnd.Intn(n)
}

type logged struct {
	mu    sync.RWMutex
	lines *ring.Ring
}

func (l *logged) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines.Value = line
	l.lines = l.lines.Next()
	l.lines.Link(ring.New(1))
}

// To go round is to look.
func (l *logged) all() (found []string) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	l.lines.Do(func(line any) { found = append(found, line.(string)) })
	return found
}
