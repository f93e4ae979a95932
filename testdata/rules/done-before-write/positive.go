// Package announced tells that it is done, and goes on.
package announced

import (
	"context"
	"sync"
)

func sent(run func() int) int {
	done := make(chan bool, 1)
	n := 0
	go func() {
		v := run()
		done <- true
		n = v // want "`n` is written after `done <- true` has announced it"
	}()
	<-done
	return n
}

func cancelled(parent context.Context, run func() int) int {
	ctx, cancel := context.WithCancel(parent)
	n := 0
	go func() {
		cancel()
		n = run() // want "`n` is written after `cancel\\(\\)` has announced it"
	}()
	<-ctx.Done()
	return n
}

func deferredInTheWrongOrder(run func() error) (err error) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		var failed error
		defer func() { err = failed }() // want "`err` is written after `wg.Done\\(\\)` has announced it"
		defer wg.Done()
		failed = run()
	}()
	wg.Wait()
	return err
}
