// Package negative puts pointers, or what is one.
package negative

import (
	"bytes"
	"sync"
)

type own struct{}

func (own) Put([]byte) {}

func puts[T any](pool *sync.Pool, b *bytes.Buffer, f func(), c chan int, a any, v T, o own) {
	pool.Put(b)
	pool.Put(f)
	pool.Put(c)
	pool.Put(a)
	pool.Put(v)
	pool.Put(nil)
	pool.Put(&[]byte{})
	pool.Put(struct{}{})
	o.Put(nil)
}
