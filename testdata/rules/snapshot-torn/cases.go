// Package cases loads atomic pointers more than once.
package cases

import (
	"sync/atomic"
	"time"
)

type conf struct {
	low, high int
	name      string
}

type server struct {
	conf  atomic.Pointer[conf]
	value atomic.Value
	fixed atomic.Pointer[conf]
	count atomic.Int64
}

func newServer() *server {
	s := &server{}
	s.fixed.Store(&conf{})
	return s
}

func (s *server) set(c *conf) {
	s.conf.Store(c)
	s.value.Store(c)
}

func (s *server) span() int {
	low := s.conf.Load().low
	high := s.conf.Load().high // want "`s.conf` is loaded again"
	return high - low
}

func (s *server) name() string {
	if s.value.Load() == nil {
		return ""
	}
	return s.value.Load().(*conf).name // want "`s.value` is loaded again"
}

// Nobody stores it any more.
func (s *server) width() int { return s.fixed.Load().high - s.fixed.Load().low }

// Numbers may change as they like.
func (s *server) twice() int64 { return s.count.Load() + s.count.Load() }

func (s *server) changed() bool {
	before := s.conf.Load()
	return before != s.conf.Load()
}

func (s *server) await(name string) *conf {
	c := s.conf.Load()
	for c.name != name {
		time.Sleep(time.Second)
		c = s.conf.Load()
	}
	return c
}

// Its own value.
func (s *server) reset() string {
	old := s.conf.Load().name
	s.conf.Store(&conf{name: old})
	return s.conf.Load().name
}

func (s *server) update(name string) {
	for {
		old := s.conf.Load()
		next := *old
		next.name = name
		if s.conf.CompareAndSwap(old, &next) {
			return
		}
	}
}
