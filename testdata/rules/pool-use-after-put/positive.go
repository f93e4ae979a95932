// Package positive uses what it gave back to a pool.
package positive

import (
	"bytes"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var slices = sync.Pool{New: func() any { return new([]byte) }}

func deferredLiteral() []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		b.Reset()
		buffers.Put(b)
	}()
	out := b.Bytes()
	return out // want "is returned, and goes back into the pool at the same moment"
}

func view() int {
	b := buffers.Get().(*bytes.Buffer)
	out := b.Bytes()
	buffers.Put(b)
	return count(out) // want "is used after it was put back into the pool"
}

func count(data []byte) int { return len(data) }

func backing() []byte {
	p := slices.Get().(*[]byte)
	data := (*p)[:0]
	data = append(data, 'x')
	*p = data
	slices.Put(p)
	return data // want "is returned after it was put back into the pool"
}

func twice(p *[]byte) {
	slices.Put(p)
	slices.Put(p) // want "`p` is used after it was put back into the pool"
}

func free(data []byte) {
	if cap(data) > 1<<16 {
		return
	}
	data = data[:0]
	slices.Put(&data)
}

func helper(data []byte) byte {
	free(data)
	return data[0] // want "`data` is used after it was put back into the pool"
}

func helperLate(n int) []byte {
	data := make([]byte, n)
	defer free(data)
	return data[1:] // want "is returned, and goes back into the pool at the same moment"
}

type frame struct{ head, body []byte }

var frames = sync.Pool{New: func() any { return new(frame) }}

func branch(f *frame, broken bool) int {
	if broken {
		frames.Put(f)
	}
	return len(f.body) // want "`f` is used after it was put back into the pool"
}

func sent(out chan<- *frame) {
	f := frames.Get().(*frame)
	frames.Put(f)
	out <- f // want "`f` is used after it was put back into the pool"
}

type reply struct {
	err  error
	data []byte
}

var replies = sync.Pool{New: func() any { return new(reply) }}

func (r *reply) free() {
	if r == nil {
		return
	}
	r.data = nil
	replies.Put(r)
}

func fetch(load func(*reply) error) (*reply, error) {
	r := replies.Get().(*reply)
	err := load(r)
	if err != nil {
		r.free()
	}
	return r, err // want "`r` is returned after it was put back into the pool"
}

type writer struct {
	buf  *bytes.Buffer
	size int
}

// The field still leads to it.
func (w *writer) flush() {
	buffers.Put(w.buf)
	w.buf.Reset() // want "is used after it was put back into the pool"
}

func (w *writer) render(text string) {
	b := buffers.Get().(*bytes.Buffer)
	w.buf = b
	b.WriteString(text)
	buffers.Put(b)
	w.size = len(w.buf.String()) // want "is used after it was put back into the pool"
}

// A literal that captured it runs later.
func (w *writer) later() func() string {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return func() string { return b.String() } // want "`b` is returned, and goes back into the pool at the same moment"
}

func (w *writer) twice() {
	b := buffers.Get().(*bytes.Buffer)
	measure := func() { w.size += len(b.String()) }
	measure()
	buffers.Put(b)
	measure() // want "`b` is used after it was put back into the pool"
}

func (w *writer) beside(text string) {
	b := buffers.Get().(*bytes.Buffer)
	go func() { b.WriteString(text) }() // want "`b` is put back into the pool while the goroutine that is started here may use it"
	buffers.Put(b)
}

func (w *writer) besideDeferred(text string) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	go func() { b.WriteString(text) }() // want "`b` is put back into the pool while the goroutine that is started here may use it"
}

type keeper struct {
	last  *bytes.Buffer
	total int
}

func (k *keeper) Add(text string) {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	b.WriteString(text)
	k.last = b // want "`b` is put back into the pool, but kept in `k.last`"
	k.total += b.Len()
	buffers.Put(b)
}

func (k *keeper) Last() string { return k.last.String() }

var newest *keeper

func remember(k *keeper) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	newest.last = b // want "`b` is put back into the pool, but kept in `newest.last`"
}
