// Package negative aligns what it uses atomically.
package negative

import (
	"sync"
	"sync/atomic"
)

type first struct {
	n  int64
	on bool
}

func (f *first) inc() { atomic.AddInt64(&f.n, 1) }

type second struct {
	a, b uint64
	c    [2]uint32
	d    int64
}

func (s *second) inc() {
	atomic.AddUint64(&s.b, 1)
	atomic.AddInt64(&s.d, 1)
}

// 32-bit atomics need no more than their own size.
type narrow struct {
	on bool
	n  int32
}

func (n *narrow) inc() { atomic.AddInt32(&n.n, 1) }

// Typed atomics are aligned by the compiler, also here.
type typed struct {
	on bool
	n  atomic.Int64
	u  atomic.Uint64
}

func (t *typed) inc() { t.n.Add(1); t.u.Add(1) }

// A typed atomic in it aligns the whole struct, so the raw field's offset holds everywhere.
type mixed struct {
	raw int64
	n   atomic.Int64
	mu  sync.Mutex
}

func (m *mixed) inc() { atomic.AddInt64(&m.raw, 1) }

// Plain accesses need no alignment.
type plain struct {
	on bool
	n  int64
}

func (p *plain) inc() { p.n++ }

// The first word of a global and of an allocated slice is aligned.
var hits int64

func hit() { atomic.AddInt64(&hits, 1) }

type series struct{ cells []int64 }

func (s *series) inc(i int) { atomic.AddInt64(&s.cells[i], 1) }

// On 32-bit machines a uintptr is 32 bits.
type pointerSized struct {
	on bool
	p  uintptr
}

func (p *pointerSized) inc() { atomic.AddUintptr(&p.p, 1) }

// What a field points to is an allocation of its own, wherever else such structs lie.
type sums struct{ n, total int64 }

type minute struct {
	on  bool
	all [60]sums
}

type current struct {
	now    *sums
	minute minute
}

func (c *current) add(n int64) {
	atomic.AddInt64(&c.now.n, 1)
	atomic.AddInt64(&c.now.total, n)
}
