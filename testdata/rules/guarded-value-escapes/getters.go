// Package getters finds objects under a lock for those who ask.
package getters

import "sync"

type item struct {
	name string
	hits int
}

type store struct {
	mu    sync.Mutex
	items map[string]*item
}

func (s *store) get(key string) *item {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items[key]
}

func (s *store) getOrMake(key string) *item {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.items[key]; ok {
		return found
	}
	made := &item{name: key}
	s.items[key] = made
	return made
}

func (s *store) copyOf(key string) (item, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.items[key]
	if !ok {
		return item{}, false
	}
	return *found, true
}

func (s *store) Touch(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.items[key]; ok {
		found.hits++
	}
}

func (s *store) Hits(key string) int {
	found := s.get(key)
	if found == nil {
		return 0
	}
	return found.hits // want "`item.hits` is read after `store.mu` was given back, of an object that was found under it"
}

func (s *store) Ask(key string) int {
	return s.getOrMake(key).hits // want "`item.hits` is read after `store.mu` was given back"
}

// What nobody changes is anybody's to read.
func (s *store) Name(key string) string {
	return s.getOrMake(key).name
}

func (s *store) Copied(key string) int {
	found, _ := s.copyOf(key)
	return found.hits
}

type node struct {
	state
	id string
}

type state struct{ load float64 }

type cluster struct {
	mu    sync.Mutex
	nodes map[string]*node
	order []*node
}

func (c *cluster) SetLoad(id string, load float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := c.nodes[id]; n != nil {
		n.load = load
	}
}

func (c *cluster) all() []*node {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]*node, 0, len(c.nodes))
	for _, n := range c.nodes {
		out = append(out, n)
	}
	return out
}

func (c *cluster) copies() []node {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]node, 0, len(c.nodes))
	for _, n := range c.nodes {
		out = append(out, *n)
	}
	return out
}

func (c *cluster) Total() (total float64) {
	for _, n := range c.all() {
		total += n.load // want "`state.load` is read after `cluster.mu` was given back"
	}
	return total
}

func (c *cluster) listed() []*node {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*node(nil), c.order...)
}

func (c *cluster) Listed() (total float64) {
	for _, n := range c.listed() {
		total += n.load // want "`state.load` is read after `cluster.mu` was given back"
	}
	return total
}

func (c *cluster) Copied() (total float64) {
	for _, n := range c.copies() {
		total += n.load
	}
	return total
}

func (c *cluster) Of(id string, known *state) float64 {
	if known == nil {
		c.mu.Lock()
		n, ok := c.nodes[id]
		c.mu.Unlock()
		if ok {
			known = &n.state
		}
	}
	if known == nil {
		return 0
	}
	return known.load // want "`state.load` is read after `cluster.mu` was given back"
}

// What is found is put aside for another one before it is followed.
func (c *cluster) Fresh(id string) float64 {
	c.mu.Lock()
	n := c.nodes[id]
	c.mu.Unlock()
	if n == nil || n.id == "" {
		return 0
	}
	n = &node{id: id}
	return n.load
}

// The object has a lock of its own.
type account struct {
	mu      sync.Mutex
	limits  limits
	balance int
}

type limits struct{ most int }

type bank struct {
	mu       sync.Mutex
	accounts map[string]*account
}

func (b *bank) find(id string) *account {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.accounts[id]
}

func (b *bank) Limit(id string, most int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.accounts[id]
	a.mu.Lock()
	defer a.mu.Unlock()
	a.limits.most = most
}

func (b *bank) Most(id string) int {
	a := b.find(id)
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.limits.most
}

// Another lock of the one that has the objects isn't theirs.
type office struct {
	mu      sync.Mutex
	leaving sync.Mutex
	desks   map[string]*desk
}

type desk struct{ papers int }

func (o *office) Work(name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.desks[name].papers++
}

func (o *office) Leave(name string) int {
	o.leaving.Lock()
	defer o.leaving.Unlock()
	o.mu.Lock()
	d := o.desks[name]
	o.mu.Unlock()
	return d.papers // want "`desk.papers` is read after `office.mu` was given back"
}
