//go:build !386 && !arm && !mips && !mipsle

// Package only64bit is never built where it would be misaligned.
package only64bit

import "sync/atomic"

type conn struct {
	open bool
	n    int64
}

func (c *conn) inc() { atomic.AddInt64(&c.n, 1) }
