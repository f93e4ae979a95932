// Package own calls what it has made itself, which doesn't do much.
package own

import (
	"sync"
	"sync/atomic"
)

// Client can be told to rest.
type Client interface{ Rest() }

type client struct{ resting atomic.Bool }

func (c *client) Rest() { c.resting.Store(true) }

// Hub has clients.
type Hub struct {
	mu      sync.Mutex
	clients map[int]Client
}

// Add registers a client.
func (h *Hub) Add(number int, c Client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[number] = c
}

// Remove lets a client go.
func (h *Hub) Remove(number int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, number)
}

func (h *Hub) rest() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, each := range h.clients {
		each.Rest()
	}
}

func (h *Hub) connect(number int) { h.Add(number, &client{}) }
