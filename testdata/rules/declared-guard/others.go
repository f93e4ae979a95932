// Package others has memory that the lock of another object guards, told by a field that leads there or by its type.
package others

import "sync"

type pool struct {
	mu    sync.Mutex
	conns []*conn
}

type conn struct {
	owner *pool
	busy  bool // guarded by pool.mu
	uses  int  // guarded by owner.mu
}

func (p *pool) take() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		if !c.busy {
			c.busy = true
			c.uses++
			return c
		}
	}
	return nil
}

func (p *pool) busiest() (most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		if c.busy {
			most = max(most, c.uses)
		}
	}
	return most
}

func (c *conn) put() {
	c.busy = false // want "`conn.busy` is written without `pool.mu`"
}

func (c *conn) used() int {
	return c.uses // want "`conn.uses` is read without `pool.mu`"
}

func (c *conn) drop() {
	c.owner.mu.Lock()
	defer c.owner.mu.Unlock()
	c.busy = false
	c.uses = 0
}

func report(c *conn) (bool, int) {
	own := *c // want "`conn.busy` is read without `pool.mu`"
	return own.busy, own.uses
}

type shelf struct {
	mu    sync.Mutex
	books map[string]*book
}

// A book doesn't know its shelf.
type book struct {
	lent bool // guarded by shelf.mu
}

func (s *shelf) lend(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.books[name].lent = true
}

func (s *shelf) lentOut() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.books {
		if b.lent {
			n++
		}
	}
	return n
}

func (s *shelf) restock(name string) *book {
	b := &book{}
	b.lent = false
	s.mu.Lock()
	defer s.mu.Unlock()
	s.books[name] = b
	return b
}

func (s *shelf) copies() []book {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []book
	for _, b := range s.books {
		found = append(found, *b)
	}
	return found
}

func lent(copies []book) (n int) {
	for _, b := range copies {
		if b.lent {
			n++
		}
	}
	return n
}

func (b *book) giveBack() {
	b.lent = false // want "`book.lent` is written without `shelf.mu`"
}
