// Package alignment has a counter that a 32-bit machine can't count with. (Appendix T)
package alignment

import "sync/atomic"

type broken struct {
	ready bool
	count int64
}

func (b *broken) inc() {
	atomic.AddInt64(&b.count, 1) // want "misaligned-atomic: `broken.count` is at offset 4 on 386"
}

type typed struct {
	ready bool
	count atomic.Int64
}

func (t *typed) inc() { t.count.Add(1) }

type padded struct {
	flag  int32
	_     [4]byte
	count int64
}

func (p *padded) inc() { atomic.AddInt64(&p.count, 1) }
