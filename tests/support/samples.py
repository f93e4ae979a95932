"""Go that tests of several parts begin with."""

from __future__ import annotations

RESET = """\
package m

import "sync/atomic"

type Counter struct{ n atomic.Int64 }

func (c *Counter) Add() { c.n.Add(1) }

func (c *Counter) Reset() int64 {
	n := c.n.Load()
	c.n.Store(0)
	return n
}
"""
"""A counter whose reset loses counts: one finding, of `load-then-store`, with a safe fix."""
