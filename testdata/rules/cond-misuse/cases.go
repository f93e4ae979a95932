// Package cases waits on condition variables.
package cases

import "sync"

type box struct {
	sync.Mutex
	full  *sync.Cond
	empty *sync.Cond
	value *int
	gone  bool
}

func newBox() *box {
	b := &box{}
	b.full, b.empty = sync.NewCond(&b.Mutex), sync.NewCond(b)
	return b
}

func (b *box) put(v int) {
	b.Lock()
	defer b.Unlock()
	for b.value != nil && !b.gone {
		b.empty.Wait()
	}
	b.value = &v
	b.full.Signal()
}

func (b *box) take() int {
	b.Lock()
	for {
		if b.value != nil {
			break
		}
		b.full.Wait()
	}
	v := *b.value
	b.value = nil
	b.Unlock()
	b.empty.Broadcast()
	return v
}

// Any signal will do.
func (b *box) hasty() {
	b.Lock()
	b.full.Wait()
	b.Unlock()
}

func (b *box) careless() int {
	b.Lock()
	defer b.Unlock()
	if b.value == nil {
		b.full.Wait() // want "what `b.full.Wait` waited for isn't tested again"
	}
	return *b.value
}

func (b *box) each(do func(int)) {
	for i := 0; i < 10; i++ {
		b.Lock()
		if b.value == nil && !b.gone {
			b.full.Wait() // want "what `b.full.Wait` waited for isn't tested again"
		}
		v := *b.value
		b.Unlock()
		do(v)
	}
}

func (b *box) peek() *int {
	for b.value == nil {
		b.full.Wait() // want "`b.full.Wait` is called without its lock"
	}
	return b.value
}

func useAll(b *box) {
	b.put(1)
	b.take()
	b.careless()
	b.peek()
	b.each(func(int) {})
}

// What it finds is tested after it has slept.
func (b *box) try() (int, bool) {
	b.Lock()
	defer b.Unlock()
	if b.value == nil {
		b.full.Wait()
	}
	if b.value == nil {
		return 0, false
	}
	return *b.value, true
}

// It does the same whether the condition holds or not.
func (b *box) drowsy(work <-chan func()) {
	for f := range work {
		b.Lock()
		if b.value == nil {
			b.full.Wait()
		}
		b.gone = false
		b.Unlock()
		f()
	}
}

func (b *box) until(stop <-chan struct{}) {
	b.Lock()
	defer b.Unlock()
	for b.value == nil {
		b.full.Wait()
		select {
		case <-stop:
			return
		default:
		}
	}
}

// Callers hold the lock.
func (b *box) waitLocked() {
	for b.value == nil {
		b.full.Wait()
	}
}

func (b *box) wait() {
	b.Lock()
	defer b.Unlock()
	b.waitLocked()
}

// It looks again after it has slept, and before it does anything.
func (b *box) again() int {
	b.Lock()
	defer b.Unlock()
loop:
	if b.value == nil {
		b.full.Wait()
		goto loop
	}
	return *b.value
}

type mute struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func newMute() *mute {
	m := &mute{}
	m.cond = sync.NewCond(&m.mu)
	return m
}

func (m *mute) wait() {
	m.mu.Lock()
	for m.n == 0 {
		m.cond.Wait() // want "nobody signals `mute.cond`"
	}
	m.mu.Unlock()
}

func lockless() *sync.Cond {
	return sync.NewCond(nil) // want "a Cond is made with nil for its lock"
}

// The function looks again by calling itself; what it calls after a wait takes a lock only where none is held.
type ring struct {
	mu   sync.Mutex
	room *sync.Cond
	buf  []byte
	err  error
}

func newRing() *ring {
	r := &ring{}
	r.room = sync.NewCond(&r.mu)
	return r
}

func (r *ring) fail(err error, locked bool) error {
	if !locked {
		r.mu.Lock()
		defer r.mu.Unlock()
	}
	r.err = err
	r.room.Broadcast()
	return err
}

func (r *ring) add(c byte) bool {
	if len(r.buf) == cap(r.buf) {
		return false
	}
	r.buf = append(r.buf, c)
	return true
}

func (r *ring) put(c byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ok := r.add(c)
	for !ok {
		r.room.Wait()
		ok = r.add(c) && r.fail(nil, true) == nil
	}
}

func (r *ring) take() byte {
	r.mu.Lock()
	if len(r.buf) == 0 {
		r.room.Wait()
		r.mu.Unlock()
		return r.take()
	}
	c := r.buf[0]
	r.buf = r.buf[1:]
	r.room.Broadcast()
	r.mu.Unlock()
	return c
}

func (r *ring) drain(stop chan struct{}, use func(byte)) {
	for {
		select {
		case <-stop:
			return
		default:
			r.mu.Lock()
			if len(r.buf) == 0 {
				r.room.Wait()
				r.mu.Unlock()
				continue
			}
			c := r.buf[0]
			r.buf = r.buf[1:]
			r.mu.Unlock()
			use(c)
		}
	}
}
