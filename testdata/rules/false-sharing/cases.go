// Package cases spreads writes over items.
package cases

import "sync/atomic"

type padded struct {
	n atomic.Int64
	_ [56]byte
}

type counters struct {
	bare   []atomic.Int64
	plain  [8]uint64
	padded [8]padded
	byKind [4]atomic.Int64
	mask   uint32
}

func (c *counters) add(hash uint32) {
	c.bare[hash&c.mask].Add(1) // want "the items of `c.bare` are `atomic.Int64` of 8 bytes"
}

func (c *counters) function(id int) {
	shard := id % len(c.plain)
	atomic.AddUint64(&c.plain[shard], 1) // want "the items of `c.plain` are `uint64` of 8 bytes"
}

func (c *counters) apart(id int)  { c.padded[id%8].n.Add(1) }
func (c *counters) kind(kind int) { c.byKind[kind].Add(1) }

// To read them takes no line away.
func (c *counters) get(hash uint32) int64 { return c.bare[hash&c.mask].Load() }
