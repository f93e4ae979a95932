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
