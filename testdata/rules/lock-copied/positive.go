// Package positive copies what must stay where it is.
package positive

import (
	"bytes"
	"crypto/tls"
	"sync"
	"sync/atomic"
)

type plain struct {
	mu sync.Mutex
	n  int
}

type embedded struct {
	sync.RWMutex
	n int
}

type nested struct {
	inner plain
	list  []plain
	byKey map[string]plain
	ptr   *plain
}

type counters struct {
	hits atomic.Int64
	name string
}

type marker struct{}

func (*marker) Lock()   {}
func (*marker) Unlock() {}

type pinned struct {
	_ marker
	n int
}

type box[T any] struct {
	once  sync.Once
	value T
}

type array [2]sync.Mutex

func (p plain) size() int { return p.n } // want "the receiver of `\\(plain\\).size` copies a `sync.Mutex`"

func byValue(p plain) int { return p.n } // want "the parameter `p plain` of `byValue` copies a `sync.Mutex`"

func both(a, b embedded) int { return a.n + b.n } // want "copies a `sync.RWMutex`" // want "copies a `sync.RWMutex`"

func group(wg sync.WaitGroup) { wg.Wait() } // want "copies a `sync.WaitGroup`"

func generic(b box[int]) int { return b.value } // want "copies a `sync.Once`"

func pin(p pinned) int { return p.n } // want "copies a `positive.marker`"

func arrays(a array) int { return len(a) } // want "copies a `sync.Mutex`"

func config(c *tls.Config) tls.Config {
	return *c // want "copies a `sync.RWMutex`"
}

func assign(p *plain) int {
	q := *p // want "`\\*p` is assigned, which copies a `sync.Mutex`"
	var r plain
	r = q // want "`q` is assigned"
	var s = r // want "`r` is assigned"
	return s.n
}

func fields(n *nested) int {
	inner := n.inner // want "`n.inner` is assigned"
	first := n.list[0] // want "is assigned"
	keyed := n.byKey["a"] // want "is assigned"
	other := *n.ptr // want "is assigned"
	return inner.n + first.n + keyed.n + other.n
}

func returns(n *nested) plain {
	if n.ptr != nil {
		return *n.ptr // want "is returned, which"
	}
	return n.inner // want "is returned"
}

func arguments(n *nested, use func(any)) {
	byValue(n.inner) // want "is handed over by value, which copies"
	use(*n) // want "is handed over by value"
}

func literals(n *nested, p *plain) nested {
	return nested{
		inner: *p, // want "`\\*p` is put into a literal, which copies"
		list:  []plain{n.inner}, // want "is put into a literal"
	}
}

func ranges(n *nested, shards [4]plain) (sum int) { // want "copies a `sync.Mutex`"
	for _, p := range n.list { // want "the range variable `p` copies a `sync.Mutex`"
		sum += p.n
	}
	for _, p := range n.byKey { // want "the range variable"
		sum += p.n
	}
	for i := range n.list {
		sum += n.list[i].n
	}
	return sum
}

func closures(n *nested) func(plain) int {
	return func(p plain) int { // want "copies a `sync.Mutex`"
		return p.n
	}
}

func sends(c chan plain, p *plain, buffer bytes.Buffer) {
	c <- *p // want "`\\*p` is sent, which copies"
	_ = *p // want "is assigned"
	_ = buffer
}

func atomics(c *counters) counters {
	return *c // want "copies an? `atomic.Int64`"
}

func asserted(v any) int {
	p := v.(plain) // want "is assigned"
	return p.n
}

func items(given []plain) (sum int) {
	for _, p := range given { // want "the range variable `p` copies"
		sum += p.n
	}
	return sum
}

var current atomic.Pointer[plain]

func published() int {
	p := *current.Load() // want "`\\*current.Load\\(\\)` is assigned, which copies a `sync.Mutex`"
	return p.n
}
