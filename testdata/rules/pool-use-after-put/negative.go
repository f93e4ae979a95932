// Package negative gives back to pools what it no longer needs.
package negative

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

type frame struct{ head, body []byte }

var frames = sync.Pool{New: func() any { return new(frame) }}

func leaves(f *frame, broken bool) (int, error) {
	if broken {
		frames.Put(f)
		return 0, errors.New("broken")
	}
	return len(f.body), nil
}

func copies() ([]byte, string) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return append([]byte(nil), b.Bytes()...), b.String()
}

func replaced(p *[]byte) int {
	buffersOf(p)
	p = new([]byte)
	return len(*p)
}

func buffersOf(p *[]byte) { slicePool.Put(p) }

var slicePool sync.Pool

func eachTurn(work []func(*frame)) {
	for _, do := range work {
		f := frames.Get().(*frame)
		do(f)
		frames.Put(f)
	}
}

func detached() []byte {
	f := frames.Get().(*frame)
	body := f.body
	f.body = nil
	frames.Put(f)
	return body
}

// The last of several users puts it back.
type counted struct {
	users atomic.Int32
	data  []byte
}

var countedPool sync.Pool

func (c *counted) done() {
	if c.users.Add(-1) == 0 {
		countedPool.Put(c)
	}
}

func shared(c *counted) int {
	c.users.Add(1)
	c.done()
	return len(c.data)
}

func onlyCompared(p, q *[]byte) bool {
	slicePool.Put(p)
	return p == q || len(*q) == 0
}

func cloned(p *[]byte) []byte {
	data := slices.Clone(*p)
	slicePool.Put(p)
	return data
}

func length(b *bytes.Buffer) int {
	data := b.Bytes()
	buffers.Put(b)
	return len(data)
}

// A list whose items are given back one after the other.
type node struct {
	next *node
	data []byte
}

var nodes sync.Pool

func (n *node) recycle() {
	n.next = nil
	nodes.Put(n)
}

func drain(head *node) (size int) {
	for n := head; n != nil; {
		size += len(n.data)
		next := n.next
		n.recycle()
		n = next
	}
	return size
}

// One name leads to what is kept, the other to what is given back: never both to one.
func sweep(head *node, keep func(*node) bool) {
	var before *node
	for n := head; n != nil; {
		if !keep(n) {
			next := n.next
			if before != nil {
				before.next = next
			}
			n.recycle()
			n = next
			continue
		}
		before = n
		n = n.next
	}
}

// The slice in a field is given back, and not the object around it.
type queue struct {
	mu    sync.Mutex
	items []int
	pool  sync.Pool
}

func (q *queue) recycle(items *[]int) {
	*items = (*items)[:0]
	q.pool.Put(items)
}

func (q *queue) drain() int {
	q.mu.Lock()
	n := len(q.items)
	q.recycle(&q.items)
	q.items = nil
	q.mu.Unlock()
	return n
}

// The field leads to another one by then.
type writer struct {
	buf  *bytes.Buffer
	size int
	wg   sync.WaitGroup
}

func (w *writer) renew() { w.buf = new(bytes.Buffer) }

func (w *writer) flush() {
	buffers.Put(w.buf)
	w.buf = new(bytes.Buffer)
	w.buf.Reset()
}

func (w *writer) flushByHelper() {
	buffers.Put(w.buf)
	w.renew()
	w.buf.Reset()
}

func flushAll(writers []*writer) {
	for _, w := range writers {
		buffers.Put(w.buf)
	}
	for _, w := range writers {
		w.buf = buffers.Get().(*bytes.Buffer)
		w.buf.Reset()
	}
}

// It is the literal that puts it back; or it has run by then.
func (w *writer) lends() (*bytes.Buffer, func()) {
	b := buffers.Get().(*bytes.Buffer)
	return b, func() { buffers.Put(b) }
}

func (w *writer) before() {
	b := buffers.Get().(*bytes.Buffer)
	measure := func() { w.size += len(b.String()) }
	measure()
	buffers.Put(b)
}

func (w *writer) waits(text string) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	w.wg.Add(1)
	go func() {
		defer w.wg.Done()
		b.WriteString(text)
	}()
	w.wg.Wait()
}

// The variable has another one when the literal runs.
func (w *writer) another() func() string {
	b := buffers.Get().(*bytes.Buffer)
	text := func() string { return b.String() }
	buffers.Put(b)
	b = new(bytes.Buffer)
	return text
}

type keeper struct {
	scratch *bytes.Buffer
	last    []byte
}

// Who reads it later sets it first.
func (k *keeper) Measure(text string) int {
	k.scratch = buffers.Get().(*bytes.Buffer)
	defer buffers.Put(k.scratch)
	k.fill(text)
	return k.scratch.Len()
}

func (k *keeper) fill(text string) { k.scratch.WriteString(text) }

// It is let go of.
func (k *keeper) Once(text string) {
	b := buffers.Get().(*bytes.Buffer)
	k.scratch = b
	k.scratch.WriteString(text)
	k.scratch = nil
	buffers.Put(b)
}

// A copy is kept.
func (k *keeper) Copy(text string) {
	b := buffers.Get().(*bytes.Buffer)
	b.WriteString(text)
	k.last = append(k.last[:0], b.Bytes()...)
	buffers.Put(b)
}

// What keeps it isn't kept itself.
func (k *keeper) Own(text string) int {
	b := buffers.Get().(*bytes.Buffer)
	own := &keeper{}
	own.scratch = b
	own.scratch.WriteString(text)
	n := b.Len()
	buffers.Put(b)
	return n
}
