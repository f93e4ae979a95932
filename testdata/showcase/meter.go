// Package showcase is a small service with one of each bug that pubcheck is named for.
package showcase

import (
	"log"
	"sync/atomic"
)

// Meter counts requests. Handlers call Hit, a ticker calls Flush.
type Meter struct {
	ready  bool
	hits   uint64
	errors atomic.Int64
}

// Hit counts a request. The 64-bit counter is not aligned on 32-bit machines.
func (m *Meter) Hit() {
	atomic.AddUint64(&m.hits, 1)
}

// Hits reads without an atomic what Hit writes with one.
func (m *Meter) Hits() uint64 {
	return m.hits
}

// Fail counts an error.
func (m *Meter) Fail() {
	m.errors.Add(1)
}

// Flush reports the errors so far and starts again; errors between the two steps are lost.
func (m *Meter) Flush() {
	if n := m.errors.Load(); n > 0 {
		log.Printf("%d errors", n)
		m.errors.Store(0)
	}
}
