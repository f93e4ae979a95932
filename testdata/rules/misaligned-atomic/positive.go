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

// The same field once more: one finding.
type twice struct {
	id uint32
	in inner
}

func (t *twice) inc() { atomic.AddUint64(&t.in.n, 1) }

type first64 struct{ n uint64 }

type embedded struct {
	flag bool
	first64
}

func (e *embedded) inc() { atomic.AddUint64(&e.n, 1) } // want "`embedded.first64.n` is at offset 4 on 386"

// Misaligned in its own struct: that is where it is told, wherever else it is met.
type late struct {
	on bool
	n  uint64
}

type holder struct{ late }

func (h *holder) inc() { atomic.AddUint64(&h.n, 1) }

func (l *late) inc() { atomic.AddUint64(&l.n, 1) } // want "`late.n` is at offset 4 on 386"

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
		atomic.StoreInt64(&s.b, 1) // want "`s.b` is at offset 4 on 386"
		close(done)
	}()
	<-done
	return s.b
}

// A package variable of a struct type without a name.
var totals struct {
	mu    sync.Mutex
	open  bool
	bytes uint64
}

func count(n int) { atomic.AddUint64(&totals.bytes, uint64(n)) } // want "`totals.bytes` is at offset 12 on 386"

// Items without a name, in a slice.
type wheel struct {
	spokes []struct {
		length float32
		turns  uint64
	}
}

func (w *wheel) turn(i int) { atomic.AddUint64(&w.spokes[i].turns, 1) } // want "`spokes.turns` is at offset 4 on 386"

// Each second item of a slice of 12 bytes.
type sample struct {
	sum   int64
	count int32
}

func observe(samples []sample, i int) {
	atomic.AddInt64(&samples[i].sum, 1) // want "`sample.sum` is at offset 0 on 386"
}

// The counter is the first word of its struct, the struct isn't that of the one around.
type book struct {
	pages    int32
	chapters [3]first
}

type first struct{ reads int64 }

func (f *first) read() { atomic.AddInt64(&f.reads, 1) } // want "`book.chapters.reads` is at offset 4 on 386"

// A helper is handed the address.
type relay struct {
	up    bool
	count int64
}

func add(counter *int64) { atomic.AddInt64(counter, 1) }

func (r *relay) forward() {
	add(&r.count) // want "`relay.count` is at offset 4 on 386"
}

// The argument of the type tells where the counter is.
type box[T any] struct {
	value T
	uses  int64
}

func (b *box[T]) use() { atomic.AddInt64(&b.uses, 1) }

func useAll(b *box[int32]) {
	b.use() // want "`box.uses` is at offset 4 on 386"
}

// A slice of words is aligned as a whole, and so is a single variable that the heap holds.
func words(n int) int64 {
	cells := make([]int64, n)
	var on bool
	var sum int64
	done := make(chan struct{})
	go func() {
		atomic.AddInt64(&cells[1], 1)
		atomic.AddInt64(&sum, 1)
		on = true
		close(done)
	}()
	<-done
	_ = on
	return sum
}
