// Package positive assigns what an atomic operation has stored already.
package positive

import (
	"sync/atomic"
	at "sync/atomic"
)

type stats struct {
	n     int64
	cells [4]uint32
	inner struct{ u uintptr }
}

var total uint64

func all(s *stats, p *int32, i int) {
	s.n = atomic.AddInt64(&s.n, 1)                         // want "assigned to `s.n` again"
	s.cells[i] = atomic.AddUint32(&s.cells[i], 1)          // want "assigned to `s.cells\\[i\\]` again"
	s.inner.u = atomic.AddUintptr(&s.inner.u, 1)           // want "assigned to `s.inner.u` again"
	*p = atomic.AddInt32(p, -1)                            // want "assigned to `\\*p` again"
	total = at.AddUint64(&total, 1)                        // want "assigned to `total` again"
	s.n = (atomic.AddInt64)(&s.n, 1)                       // want "assigned to `s.n` again"
	(s.n) = atomic.AddInt64(&(s.n), 1)                     // want "assigned to `\\(s.n\\)` again"
	s.n, total = atomic.AddInt64(&s.n, 1), uint64(len("")) // want "assigned to `s.n` again"
}
