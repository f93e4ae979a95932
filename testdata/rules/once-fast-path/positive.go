// Package positive looks before it calls Do.
package positive

import (
	"errors"
	"sync"
)

type store struct {
	once sync.Once
	data map[string]int
	done bool
	err  error
}

func (s *store) load() {
	s.data, s.err = map[string]int{}, errors.New("empty")
	s.done = true
}

// A flag, negated.
func (s *store) byFlag() map[string]int {
	if !s.done { // want "`store.done` is tested without synchronisation"
		s.once.Do(s.load)
	}
	return s.data
}

// Half of a condition.
func (s *store) byLength(want bool) int {
	if want && len(s.data) == 0 { // want "`store.data` is tested without synchronisation"
		s.once.Do(func() { s.load() })
	}
	return len(s.data)
}

var (
	setup sync.Once
	level int
)

// A switch.
func ready() int {
	switch level { // want "`level` is tested without synchronisation"
	case 0:
		setup.Do(func() { level = 3 })
	}
	return level
}

// --- a method calls Do in any case; what it makes ready is something else than what is tested

type index struct {
	once  sync.Once
	ready bool
	rows  map[string]int
}

func (i *index) load() {
	i.once.Do(func() {
		i.rows = map[string]int{}
		i.ready = true
	})
}

func (i *index) Row(name string) int {
	if !i.ready { // want "`index.ready` is tested without synchronisation before `Once.Do`"
		i.load()
	}
	return i.rows[name]
}

// Nothing else is asked for where it was ready before.
func (i *index) Warm() bool {
	if !i.ready {
		i.load()
		return true
	}
	return false
}
