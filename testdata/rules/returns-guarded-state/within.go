// Package within returns structs with maps in them.
package within

import (
	"maps"
	"sync"
)

// Stats has a map that copies share.
type Stats struct {
	Sent   int64
	ByPeer map[string]int64
}

// Node counts.
type Node struct {
	mu    sync.Mutex
	stats Stats
}

func (n *Node) Received(peer string, bytes int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.stats.ByPeer[peer] += bytes
}

func (n *Node) Forget(peer string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.stats.ByPeer, peer)
}

func (n *Node) Peer(peer string) int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.stats.ByPeer[peer]
}

func (n *Node) Stats() Stats {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.stats // want "returns `Stats.ByPeer` itself"
}

func (n *Node) Copied() Stats {
	n.mu.Lock()
	defer n.mu.Unlock()
	stats := n.stats
	stats.ByPeer = maps.Clone(stats.ByPeer)
	return stats
}

// Totals has a map.
type Totals struct {
	Sent    int64
	ByTopic map[string]int64
}

// Meter counts.
type Meter struct {
	mu     sync.Mutex
	totals Totals
	limits Limits
	byName map[string]Totals
}

// Limits is replaced, never changed.
type Limits struct {
	Most map[string]int
}

func (m *Meter) Sent(topic string, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.totals.Sent += bytes
	m.totals.ByTopic[topic] += bytes
}

func (m *Meter) SetMost(topic string, most int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.limits = Limits{Most: map[string]int{topic: most}}
}

func (m *Meter) Named(name, topic string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.byName[name].ByTopic[topic]++
}

func (m *Meter) Totals() (Totals, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.totals, nil // want "returns `Totals.ByTopic` itself"
}

func (m *Meter) Of(name string) Totals {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.byName[name] // want "returns `Totals.ByTopic` itself"
}

func (m *Meter) Limits() Limits {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.limits
}

func (m *Meter) Clone() Totals {
	m.mu.Lock()
	defer m.mu.Unlock()
	totals := m.totals
	totals.ByTopic = maps.Clone(totals.ByTopic)
	return totals
}

// Take gives it away.
func (m *Meter) Take() Totals {
	m.mu.Lock()
	defer m.mu.Unlock()
	totals := m.totals
	m.totals = Totals{ByTopic: map[string]int64{}}
	return totals
}

// Sums has a map that only one method fills.
type Sums struct {
	Sent    int64
	ByTopic map[string]int64
}

// Gauge counts.
type Gauge struct {
	mu    sync.Mutex
	sums  Sums
	inner Inner
}

// Inner keeps its map to itself.
type Inner struct{ own map[string]int64 }

func (g *Gauge) Sent(topic string, bytes int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sums.Sent += bytes
	g.sums.ByTopic[topic] += bytes
	g.inner.own[topic]++
}

func (g *Gauge) Sums() (Sums, error) {
	g.mu.Lock()
	sums := g.sums // want "returns `Sums.ByTopic` itself"
	g.mu.Unlock()
	return sums, nil
}

func (g *Gauge) Inner() Inner {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.inner
}

// Take gives it away.
func (g *Gauge) Take() Sums {
	g.mu.Lock()
	defer g.mu.Unlock()
	sums := g.sums
	g.sums = Sums{ByTopic: map[string]int64{}}
	return sums
}
