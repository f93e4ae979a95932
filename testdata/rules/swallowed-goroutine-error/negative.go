// Package negative passes errors on.
package negative

import (
	"fmt"
	"hash"
	"os"
)

func starts(errs chan<- error, save func() error) {
	go func() { errs <- os.Remove("x") }()
	go func() {
		if os.WriteFile("x", nil, 0o600) != nil {
			return
		}
		fmt.Println("done")
	}()
	go func() {
		err := save()
		errs <- err
	}()
	go func() { _ = os.WriteFile("w", nil, 0o600) }()
	defer os.WriteFile("y", nil, 0o600)
	os.WriteFile("z", nil, 0o600)
}

// A hash never fails: its interface says so of the method that it has from io.Writer.
func sums(sum hash.Hash, parts <-chan []byte, done chan<- struct{}) {
	go func() {
		defer close(done)
		for part := range parts {
			sum.Write(part)
		}
	}()
}
