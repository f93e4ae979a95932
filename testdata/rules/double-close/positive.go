// Package positive closes twice.
package positive

import "errors"

func onError(work func() error) error {
	done := make(chan struct{})
	defer close(done)
	if err := work(); err != nil {
		close(done) // want "`done` may be closed twice: there is another close at the return"
		return err
	}
	return nil
}

func twice(done chan struct{}) error {
	close(done)
	close(done) // want "`done` may be closed twice: there is another close before this one"
	return errors.New("twice")
}

type conn struct {
	end  chan struct{}
	idle bool
}

func (c *conn) stop(force, busy bool) {
	if force {
		close(c.end)
	}
	c.idle = true
	if !busy {
		close(c.end) // want "`c.end` may be closed twice"
	}
}
