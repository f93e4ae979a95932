// Package bank guards the exported fields of its accounts without a word about it.
package bank

import "sync"

// Account is what other packages work on.
type Account struct {
	Mu      sync.Mutex
	Balance int
	Owner   string
	Limit   int
	once    sync.Once
}

// Open makes one.
func Open(owner string) *Account { return &Account{Owner: owner, Limit: 100} }

// Deposit may be called at any time.
func (a *Account) Deposit(n int) {
	a.Mu.Lock()
	defer a.Mu.Unlock()
	a.Balance += n
}

// Withdraw may be called at any time.
func (a *Account) Withdraw(n int) bool {
	a.Mu.Lock()
	defer a.Mu.Unlock()
	if a.Balance+a.Limit < n {
		return false
	}
	a.Balance -= n
	return true
}

// Total is only changed under TotalMu.
var (
	TotalMu sync.Mutex
	Total   int
)

// Count may be called at any time.
func Count(n int) {
	TotalMu.Lock()
	Total += n
	TotalMu.Unlock()
}

// Reset may be called at any time.
func Reset() {
	TotalMu.Lock()
	Total = 0
	TotalMu.Unlock()
}
