// Package negative closes each channel once.
package negative

type conn struct {
	end  chan struct{}
	next *conn
}

func eitherWay(ok bool) {
	done := make(chan struct{})
	if ok {
		close(done)
		return
	}
	close(done)
}

func anotherOne(ok bool) chan struct{} {
	done := make(chan struct{})
	close(done)
	if ok {
		done = make(chan struct{})
		close(done)
	}
	return done
}

func (c *conn) renew() {
	close(c.end)
	c.end = make(chan struct{})
	close(c.end)
	c.end = nil
}

func closeAll(c *conn) {
	for ; c != nil; c = c.next {
		close(c.end)
	}
}

func both(a, b *conn) {
	close(a.end)
	close(b.end)
}

func perTurn(n int) {
	for range n {
		done := make(chan struct{})
		close(done)
	}
}

func (c *conn) reset() {
	if c.end != nil {
		close(c.end)
		c.end = nil
	}
	c.end = make(chan struct{})
}
