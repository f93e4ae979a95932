// Package positive writes values that others can see already.
package positive

import (
	"sort"
	"sync"
	"sync/atomic"
)

type item struct {
	name  string
	tags  []string
	attrs map[string]string
}

var (
	current  atomic.Pointer[item]
	anything atomic.Value
	list     atomic.Pointer[[]int]
	registry sync.Map
)

func field() {
	it := &item{}
	current.Store(it)
	it.name = "late" // want "is changed after it was published: .*`current`"
}

func unless(named bool) {
	it := &item{}
	current.Store(it)
	if !named {
		it.name = "late" // want "is changed after it was published: .*`current`"
	}
}

func alias() {
	it := &item{}
	same := it
	current.Store(it)
	same.name = "late" // want "is changed after it was published: .*`current`"
}

func value() {
	it := &item{}
	anything.Store(it)
	it.name = "late" // want "is changed after it was published: .*`anything`"
}

func swapped() {
	it := &item{}
	current.Swap(it)
	it.name = "late" // want "is changed after it was published: .*`current`"
}

func exchanged(old *item) {
	it := &item{}
	if current.CompareAndSwap(old, it) {
		it.name = "late" // want "is changed after it was published: .*`current`"
	}
}

func elements(values []int) {
	own := append([]int(nil), values...)
	list.Store(&own)
	sort.Ints(own) // want "is changed after it was published: .*`list`"
}

func inner(ch chan<- *item) {
	it := &item{attrs: map[string]string{}}
	ch <- it
	it.attrs["k"] = "v" // want "is changed after it was published: .*`ch`"
}

func deleted(ch chan map[string]int, m map[string]int) {
	own := map[string]int{"a": 1}
	select {
	case ch <- own:
		delete(own, "a") // want "is changed after it was published: .*`ch`"
	default:
	}
}

func appended(ch chan<- []byte) {
	buf := make([]byte, 0, 64)
	buf = append(buf, 'a')
	ch <- buf
	buf[0] = 'b' // want "is changed after it was published: .*`ch`"
}

func captured(done chan<- string) {
	it := &item{name: "a"}
	go func() {
		done <- it.name
	}()
	it.name = "b" // want "is changed after it was published: .*goroutine"
}

func stored() {
	it := &item{}
	registry.Store("it", it)
	it.name = "late" // want "is changed after it was published: .*`registry`"
}

func publish(it *item) { current.Store(it) }

func throughHelper() {
	it := &item{}
	publish(it)
	it.name = "late" // want "is changed after it was published: .*`current`"
}

func rename(it *item) { it.name = "late" }

func inHelper() {
	it := &item{}
	current.Store(it)
	rename(it) // want "is changed after it was published: .*`current`"
}

func reused(ch chan<- *item, names []string) {
	it := &item{}
	for _, name := range names {
		it.name = name // want "is changed after it was published: .*`ch`"
		ch <- it
	}
}
