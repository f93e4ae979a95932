// Package positive leaves a lock out where something speaks of others at work.
package positive

import (
	"strings"
	"sync"
)

// --- what a callee gives back on some path isn't what this function was left with

type registry struct {
	mu     sync.Mutex
	tenant *string
}

func (r *registry) replace(t *string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tenant = t
}

func (r *registry) current() *string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tenant
}

func (r *registry) settle(done bool) {
	if done {
		r.mu.Unlock()
	}
}

// The other one is handed over, locked if it is done.
func (r *registry) merge(other *registry, done bool) {
	r.mu.Lock()
	t := r.tenant
	r.mu.Unlock()
	if t != nil {
		r.tenant = nil // want "`registry.tenant` is written without `registry.mu`"
	}
	other.settle(done)
}

// --- one goroutine that writes is started later, but others write as well

// Meter counts.
type Meter struct {
	mu    sync.Mutex
	total int
}

// NewMeter starts to watch.
func NewMeter() *Meter {
	m := &Meter{}
	go m.watch()
	return m
}

func (m *Meter) watch() {
	if m.total > 0 { // want "`Meter.total` is read without `Meter.mu`"
		println("counting already")
	}
	go m.Add(1)
}

// Add counts n.
func (m *Meter) Add(n int) {
	m.mu.Lock()
	m.total += n
	m.mu.Unlock()
}

// Total is what was counted.
func (m *Meter) Total() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.total
}

// --- a type that is nothing but a mutex is the lock of what it lies in

// Mutex stands in for another one.
type Mutex struct {
	sync.Mutex
}

// Tally counts.
type Tally struct {
	mtx Mutex
	sum int
}

// Add counts.
func (t *Tally) Add(n int) {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	t.sum += n
}

// Reset begins anew.
func (t *Tally) Reset() {
	t.mtx.Lock()
	t.sum = 0
	t.mtx.Unlock()
}

// Sum is what was counted.
func (t *Tally) Sum() int {
	return t.sum // want "`Tally.sum` is read without `Tally.mtx`"
}

// The helper that keeps the connection is also called where there is one already.
type redialled struct {
	mu   sync.Mutex
	dial func() (*strings.Reader, error)
	conn *strings.Reader
}

func (r *redialled) open() error {
	conn, err := r.dial()
	if err == nil {
		r.conn = conn
	}
	return err
}

func (r *redialled) write(b []byte) (int, error) {
	r.mu.Lock()
	if r.conn == nil {
		if err := r.open(); err != nil {
			r.mu.Unlock()
			return 0, err
		}
	}
	r.mu.Unlock()
	return r.conn.Read(b) // want "`redialled.conn` is read without `redialled.mu`"
}

func (r *redialled) reset() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open()
}

func (r *redialled) size() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.conn.Size()
}

func (r *redialled) left() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.conn.Len()
}
