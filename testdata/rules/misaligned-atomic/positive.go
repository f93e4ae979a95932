// Package positive uses 64-bit atomic functions on fields that 32-bit machines misalign.
package positive

import (
	"sync"
	"sync/atomic"
)

type afterBool struct {
	on bool
	n  int64
}

func (a *afterBool) inc() { atomic.AddInt64(&a.n, 1) } // want "`afterBool.n` is at offset 4 on 386"

// Once a field, however often it is used.
func (a *afterBool) get() int64 { return atomic.LoadInt64(&a.n) }

// A mutex is two words of 4 bytes, a slice three.
type afterSlice struct {
	mu    sync.Mutex
	items []string
	n     uint64
}

func (a *afterSlice) inc() { atomic.AddUint64(&a.n, 1) } // want "`afterSlice.n` is at offset 20 on 386"

type inner struct{ n uint64 }

type nested struct {
	id uint32
	in inner
}

func (n *nested) inc() { atomic.AddUint64(&n.in.n, 1) } // want "`nested.in.n` is at offset 4 on 386"

type embedded struct {
	flag bool
	inner
}

func (e *embedded) inc() { atomic.AddUint64(&e.n, 1) } // want "`embedded.inner.n` is at offset 4 on 386"

type pair struct {
	key   int32
	count int64
}

type table struct{ pairs [16]pair }

func (t *table) inc(i int) { atomic.AddInt64(&t.pairs[i].count, 1) } // want "`.*pair.*count` is at offset"

type generic[T any] struct {
	owner *T
	n     int64
}

func (g *generic[T]) cas(old, new int64) bool {
	return atomic.CompareAndSwapInt64(&g.n, old, new) // want "`generic.n` is at offset 4 on 386"
}

func local() int64 {
	var s struct {
		a int32
		b int64
	}
	done := make(chan struct{})
	go func() {
		atomic.StoreInt64(&s.b, 1) // known-fn: a struct type without a name is not laid out
		close(done)
	}()
	<-done
	return s.b
}
