// Package crew has a group of its own making, which other packages use.
package crew

import (
	"errors"
	"sync"
)

// Crew runs tasks beside each other and keeps their errors.
type Crew struct {
	places chan struct{}
	all    *sync.WaitGroup
	mu     sync.Mutex
	errs   []error
}

// New gives a crew of so many.
func New(many int) *Crew {
	return &Crew{places: make(chan struct{}, many), all: &sync.WaitGroup{}}
}

// Add has a task run.
func (c *Crew) Add(task func() error) {
	c.all.Add(1)
	go func() {
		c.places <- struct{}{}
		err := task()
		c.mu.Lock()
		c.errs = append(c.errs, err)
		c.mu.Unlock()
		<-c.places
		c.all.Done()
	}()
}

// Wait gives the errors of all tasks when they are done.
func (c *Crew) Wait() error {
	c.all.Wait()
	return errors.Join(c.errs...)
}

// Errors gives what has gone wrong so far.
func (c *Crew) Errors() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.errs...)
}

// Try has a task run in time: it waits for it, and goes on without it when the time is over.
func Try(task func() error, over <-chan struct{}) error {
	done := make(chan error, 1)
	go func() { done <- task() }()
	select {
	case err := <-done:
		return err
	case <-over:
		return errors.New("too slow")
	}
}
