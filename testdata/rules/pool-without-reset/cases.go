// Package cases takes things from pools.
package cases

import (
	"bytes"
	"sync"
)

type encoder struct {
	buffers sync.Pool
	numbers sync.Pool
	lent    sync.Pool
}

func (e *encoder) encode(data []byte) int {
	b := e.buffers.Get().(*bytes.Buffer) // want "this `bytes.Buffer` may still hold"
	b.Write(data)
	n := b.Len()
	e.buffers.Put(b)
	return n
}

// Nothing is left in it that somebody could see.
func (e *encoder) number() int {
	n := e.numbers.Get().(*int)
	*n = 1
	e.numbers.Put(n)
	return *new(int)
}

// Who puts it back isn't known.
func (e *encoder) borrow() *bytes.Buffer { return e.lent.Get().(*bytes.Buffer) }
