// Package rowcache is a cache whose improvement broke it: the published map is changed in place. (Appendix DB)
package rowcache

import (
	"maps"
	"sync/atomic"
)

type record struct {
	id   int
	text string
}

type stale struct {
	rows atomic.Pointer[map[int]*record]
}

func (s *stale) find(id int) *record {
	rows := s.rows.Load()
	if rows == nil {
		return nil
	}
	return (*rows)[id]
}

func (s *stale) put(r *record) {
	rows := s.rows.Load()
	if rows == nil {
		rows = &map[int]*record{}
		s.rows.Store(rows)
	}
	(*rows)[r.id] = r // want "(mutation-of-snapshot|mutation-after-publish): .*`stale.rows`"
}

type fresh struct {
	rows atomic.Pointer[map[int]*record]
}

func (f *fresh) find(id int) *record {
	if rows := f.rows.Load(); rows != nil {
		return (*rows)[id]
	}
	return nil
}

func (f *fresh) put(r *record) {
	for {
		before := f.rows.Load()
		after := map[int]*record{}
		if before != nil {
			maps.Copy(after, *before)
		}
		after[r.id] = r
		if f.rows.CompareAndSwap(before, &after) {
			return
		}
	}
}
