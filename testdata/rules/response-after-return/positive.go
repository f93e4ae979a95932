// Package positive has goroutines that outlive their handlers.
package positive

import (
	"encoding/json"
	"net/http"
	"time"
)

type server struct{}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		json.NewEncoder(w).Encode(s) // want "`w` may be used"
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
	}
}

func form(w http.ResponseWriter, r *http.Request) {
	go func() {
		if r.FormValue("x") != "" { // want "the body of `r` may be used"
			println("x")
		}
	}()
	w.WriteHeader(http.StatusOK)
}

func early(w http.ResponseWriter, r *http.Request) {
	done := make(chan bool)
	go func() {
		w.WriteHeader(http.StatusOK) // want "`w` may be used"
		done <- true
	}()
	if r.Method == http.MethodHead {
		return
	}
	<-done
}

func deep(w http.ResponseWriter, r *http.Request) {
	time.AfterFunc(time.Second, func() {
		func() {
			http.Error(w, "late", http.StatusGatewayTimeout) // want "`w` may be used"
		}()
	})
}
