// Package layout declares structs whose layout has something to trip over.
package layout

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

type Empty struct{}

type Padded struct {
	flag  bool
	count int64
	small int16
	last  byte
}

type EndsInNothing struct {
	n    int32
	done struct{}
}

type StartsWithNothing struct {
	none [0]int64
	n    byte
}

type OnlyNothing struct {
	a Empty
	b [0]string
}

type Counter struct {
	name  string
	ready bool
	n     atomic.Int64
	u     atomic.Uint64
	once  sync.Once
}

type Numbers struct {
	b   byte
	c64 complex64
	b2  byte
	c   complex128
	f   float32
	d   float64
	u   uintptr
	p   unsafe.Pointer
}

type inner struct {
	b bool
	w int16
}

type Embeds struct {
	inner
	*Padded
	sync.Mutex
	any
	fn func(int) error
	ch chan<- string
	m  map[string]int
	e  error
}

type Pair[A, B any] struct {
	a A
	b B
}

type Instances struct {
	one   Pair[bool, int64]
	two   Pair[Pair[int8, int8], struct{}]
	ptr   atomic.Pointer[Instances]
	boxed [3]Pair[byte, uint16]
}

const lines = 2

type CacheLine struct {
	counter Counter
	_       [lines*64 - unsafe.Sizeof(Counter{})%64]byte
	grid    [lines][3]int16
}

type Recursive struct {
	next  *Recursive
	items []Recursive
	table map[Empty]Recursive
}
