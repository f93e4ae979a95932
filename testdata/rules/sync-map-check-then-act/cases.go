// Package cases looks up keys of sync.Maps and changes them.
package cases

import (
	"sync"
	"sync/atomic"

	"golang.org/x/sync/singleflight"
)

type counter struct{ n int }

type store struct {
	entries sync.Map
	other   sync.Map
	mu      sync.Mutex
}

type request struct{ key, value string }

// By a field of the request, read twice.
func (s *store) Handle(r *request) {
	_, ok := s.entries.Load(r.key)
	if !ok {
		s.entries.Store(r.key, make(chan string)) // want "the key is stored in `s.entries`"
	}
}

func (s *store) Increment(key string) {
	n := 0
	if found, ok := s.entries.Load(key); ok {
		n = found.(int)
		s.entries.Store(key, n+1) // want "the key is stored in `s.entries`"
	}
}

func (s *store) Take(key string) *counter {
	found, ok := s.entries.Load(key)
	if !ok {
		return nil
	}
	s.entries.Delete(key) // want "the key is deleted in `s.entries`"
	return found.(*counter)
}

func (s *store) Deliver(key, text string) {
	found, ok := s.entries.Load(key)
	if !ok {
		return
	}
	s.entries.Delete(key) // want "the key is deleted in `s.entries`"
	to := found.(chan string)
	send := func(text string) { to <- text }
	send(text)
}

// It is deleted if it is too old, and used only if it isn't.
func (s *store) Fresh(key string, now int) *counter {
	found, ok := s.entries.Load(key)
	if !ok {
		return nil
	}
	c := found.(*counter)
	if c.n < now {
		s.entries.Delete(key)
		return nil
	}
	return c
}

// The variable held what was found; what is stored is new.
func (s *store) Renewed(key string, now int) *counter {
	found, _ := s.entries.Load(key)
	c, _ := found.(*counter)
	if c == nil || c.n < now {
		c = &counter{now}
		s.entries.Store(key, c)
	}
	return c
}

// Both compute the same.
func (s *store) Cached(r *request) string {
	if found, ok := s.entries.Load(r.key); ok {
		return found.(string)
	}
	value := r.value + r.key
	s.entries.Store(r.key, value)
	return value
}

// Nobody has what was found: to delete twice does no harm.
func (s *store) Forget(key string) {
	if _, ok := s.entries.Load(key); ok {
		s.entries.Delete(key)
	}
}

// Another key.
func (s *store) Move(from, to string) {
	if found, ok := s.entries.Load(from); ok {
		s.entries.Store(to, found)
	}
}

// Another map.
func (s *store) Copy(key string) {
	if found, ok := s.entries.Load(key); ok {
		s.other.Store(key, found)
	}
}

func (s *store) Locked(key string, value int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.entries.Load(key); !ok {
		s.entries.Store(key, value)
	}
}

func local(keys []string) int {
	var seen sync.Map
	n := 0
	for _, key := range keys {
		if _, ok := seen.Load(key); !ok {
			seen.Store(key, true)
			n++
		}
	}
	return n
}

// One goroutine alone writes.
type tracker struct{ last sync.Map }

func newTracker(in <-chan string) *tracker {
	t := &tracker{}
	go t.run(in)
	return t
}

func (t *tracker) run(in <-chan string) {
	for key := range in {
		if _, ok := t.last.Load(key); !ok {
			t.last.Store(key, 1)
		}
	}
}

func (t *tracker) Seen(key string) bool {
	_, ok := t.last.Load(key)
	return ok
}

// One alone takes a session out.
type session struct {
	over atomic.Bool
	end  func()
}

type sessions struct{ byName sync.Map }

func (s *sessions) End(name string) {
	found, ok := s.byName.Load(name)
	if !ok {
		return
	}
	if one := found.(*session); one.over.CompareAndSwap(false, true) {
		s.byName.Delete(name)
		one.end()
	}
}

func (s *sessions) Open(name string) *session {
	found, _ := s.byName.LoadOrStore(name, &session{})
	return found.(*session)
}

// Flights makes what is asked for.
type Flights struct {
	group   singleflight.Group
	clients sync.Map
	made    sync.Map
}

type flown struct {
	mu sync.Mutex
	n  int
}

// One flight a key: nobody else stores it meanwhile.
func (f *Flights) Client(key string) *flown {
	v, _, _ := f.group.Do(key, func() (any, error) {
		if known, ok := f.clients.Load(key); ok {
			return known, nil
		}
		made := &flown{}
		f.clients.Store(key, made)
		return made, nil
	})
	return v.(*flown)
}

// The flight is of another key.
func (f *Flights) Made(key, flight string) *flown {
	v, _, _ := f.group.Do(flight, func() (any, error) {
		if known, ok := f.made.Load(key); ok {
			return known, nil
		}
		made := &flown{}
		f.made.Store(key, made) // want "the key is stored in `f.made` after a look"
		return made, nil
	})
	return v.(*flown)
}
