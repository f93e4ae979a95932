// Package positive drops errors.
package positive

import (
	"net/http"
	"os"
	"time"
)

type conn interface {
	Send(string) (int, error)
}

func starts(c conn, server *http.Server) {
	go c.Send("x")              // want "the error of `c.Send` is dropped"
	go server.ListenAndServe() // want "the error of `server.ListenAndServe` is dropped"
	go func() {
		os.WriteFile("x", nil, 0o600) // want "the error of `os.WriteFile` is dropped"
	}()
	time.AfterFunc(time.Second, func() {
		c.Send("later") // want "the error of `c.Send` is dropped"
	})
}
