// Package cases casts addresses for atomic functions.
package cases

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

type pair struct{ low, high uint32 }

type record struct {
	pair  pair
	ptr   *record
	flag  bool
	small int16
	word  uint64
	id    uintptr
	mu    sync.Mutex
	bytes [16]byte
}

func (r *record) both() uint64 { return atomic.LoadUint64((*uint64)(unsafe.Pointer(&r.pair))) }

func (r *record) half() {
	atomic.StoreUint32((*uint32)(unsafe.Pointer(&r.word)), 1) // want "a 32-bit atomic operation on a `uint64`, which has 64 bits on amd64"
}

func (r *record) raise() bool {
	return atomic.CompareAndSwapInt32((*int32)(unsafe.Pointer(&r.flag)), 0, 1) // want "a 32-bit atomic operation on a `bool`, which has 8 bits"
}

func (r *record) count() {
	p := (*uint32)(unsafe.Pointer(&r.small))
	atomic.AddUint32(p, 1) // want "a 32-bit atomic operation on a `int16`, which has 16 bits"
}

func (r *record) next() *record {
	return (*record)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&r.ptr))))
}

// The first word of the struct is what is meant.
func (r *record) locked() bool { return atomic.LoadInt32((*int32)(unsafe.Pointer(&r.mu))) != 0 }

func (r *record) identify() {
	atomic.StoreUint64((*uint64)(unsafe.Pointer(&r.id)), 1) // want "a 64-bit atomic operation on a `uintptr`, which has 32 bits on 386"
}

func (r *record) view(at int) uint32 {
	return atomic.LoadUint32((*uint32)(unsafe.Pointer(&r.bytes[at])))
}

func computed(base unsafe.Pointer, at uintptr) uint32 {
	return atomic.LoadUint32((*uint32)(unsafe.Pointer(uintptr(base) + at)))
}
