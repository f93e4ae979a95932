// Package positive gives back what it doesn't have.
package positive

import (
	"errors"
	"sync"
)

type account struct {
	mu      sync.RWMutex
	other   sync.Mutex
	balance int
	log     []string
}

func (a *account) both(n int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.balance < n {
		a.mu.Unlock() // want "`a.mu` is unlocked here, and again when the function returns"
		return errors.New("too little")
	}
	a.balance -= n
	return nil
}

func (a *account) writer() {
	a.mu.Lock()
	defer a.mu.RUnlock() // want "`a.mu` is given back by `RUnlock`, but was taken by `Lock`"
	a.balance++
}

func (a *account) reader() int {
	a.mu.RLock()
	n := a.balance
	a.mu.Unlock() // want "`a.mu` is given back by `Unlock`, but was taken by `RLock`"
	return n
}

func (a *account) onOneWay(n int) {
	a.mu.Lock()
	if n > a.balance {
		a.mu.RUnlock() // want "`a.mu` is given back by `RUnlock`"
		return
	}
	a.balance -= n
	a.mu.Unlock()
}

func (a *account) leave() { a.other.Unlock() }

func (a *account) helper() {
	a.other.Lock()
	a.log = nil
	a.other.Unlock()
	a.leave() // want "`a.other` is unlocked again"
}

func (a *account) closure() {
	a.other.Lock()
	defer func() {
		a.log = nil
		a.other.Unlock()
	}()
	if a.log == nil {
		a.other.Unlock() // want "`a.other` is unlocked here, and again when the function returns"
		return
	}
	a.log = a.log[:0]
}
