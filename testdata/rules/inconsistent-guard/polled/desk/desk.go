// Package desk works on another package's fields, with its locks and without.
package desk

import (
	"net/http"

	"example.test/case/rules-inconsistent-guard-polled/bank"
)

type desk struct{ account *bank.Account }

func (d *desk) ServeHTTP(_ http.ResponseWriter, _ *http.Request) {
	d.account.Deposit(1)
	if d.account.Balance > 10 { // want "`Account.Balance` is read without `Account.Mu`"
		bank.Total = 0 // want "`bank.Total` is written without `bank.TotalMu`"
	}
}

func (d *desk) Balance() int {
	d.account.Mu.Lock()
	defer d.account.Mu.Unlock()
	return d.account.Balance
}

// --- what is never written, what nobody else has, and what runs before all others

func (d *desk) owner() string { return d.account.Owner }

func (d *desk) limit() int { return d.account.Limit }

func gift() *bank.Account {
	account := bank.Open("ada")
	account.Balance = 5
	return account
}

func init() { bank.Total = 1 }

func main() {
	http.Handle("/", &desk{account: gift()})
}
