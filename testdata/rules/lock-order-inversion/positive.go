// Package positive takes locks in both orders.
package positive

import "sync"

type server struct {
	mu      sync.Mutex
	clients map[string]*client
}

type client struct {
	mu     sync.Mutex
	name   string
	server *server
}

func (s *server) names() (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clients {
		c.mu.Lock()
		names = append(names, c.name)
		c.mu.Unlock()
	}
	return names
}

func (s *server) rename(c *client, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.setName(name)
}

func (c *client) setName(name string) {
	c.mu.Lock()
	c.name = name
	c.mu.Unlock()
}

func (s *server) remove(name string) {
	s.mu.Lock()
	delete(s.clients, name)
	s.mu.Unlock()
}

func (c *client) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server.remove(c.name) // want "`server.mu` is locked while `client.mu` is held; `.*names` takes them"
}

var (
	files   sync.RWMutex
	folders sync.RWMutex
)

func scan() {
	files.Lock()
	folders.RLock()
	folders.RUnlock()
	files.Unlock()
}

func sync2() {
	folders.Lock()
	files.RLock() // want "`files` is locked while `folders` is held; `scan` takes them the other way round"
	files.RUnlock()
	folders.Unlock()
}

type shared struct {
	a sync.RWMutex
	b sync.RWMutex
	n int
}

func (s *shared) read() int {
	s.a.RLock()
	defer s.a.RUnlock()
	s.b.RLock()
	defer s.b.RUnlock()
	return s.n
}

func (s *shared) write(n int) {
	s.b.Lock()
	defer s.b.Unlock()
	s.a.RLock() // want "`shared.a` is locked while `shared.b` is held"
	defer s.a.RUnlock()
	s.n = n
}
