// Package negative keeps the results of atomic operations elsewhere, or not at all.
package negative

import "sync/atomic"

type stats struct{ n, last int64 }

type local struct{}

func (local) AddInt64(p *int64, n int64) int64 { return *p + n }

func all(s, t *stats, i, j int, cells []int64) int64 {
	atomic.AddInt64(&s.n, 1)
	s.last = atomic.AddInt64(&s.n, 1)
	t.n = atomic.AddInt64(&s.n, 1)
	cells[i] = atomic.AddInt64(&cells[j], 1)
	n := atomic.AddInt64(&s.n, 1)
	n = atomic.LoadInt64(&n)
	{
		var atomic local
		n = atomic.AddInt64(&n, 1)
	}
	var m int64
	m = 1 + atomic.AddInt64(&m, 1)
	return m
}
