// Package positive writes package variables whenever it likes.
package positive

import (
	"net/http"
	"time"
)

var (
	lastUser string
	loads    int
	current  = map[string]int{}
)

// A helper of a handler.
func login(w http.ResponseWriter, r *http.Request) { remember(r.Header.Get("User")) }

func remember(user string) {
	lastUser = user // want "package variable `lastUser` is written here"
}

// A timer's callback, and who reads it.
func Watch() { time.AfterFunc(time.Second, measure) }

func measure() {
	loads++ // want "package variable `loads` is written here and written by `Reset` on another goroutine"
}

func Reset() { loads = 0 }

// A map's elements.
func Fill(names []string) {
	for _, name := range names {
		go func() {
			current[name] = len(name) // want "package variable `current"
		}()
	}
}

// Room behind the end, and a slice that is another one by now.
var (
	prefix = make([]byte, 1, 16)
	suffix = []byte(".log")
)

func SetSuffix(s string) { suffix = []byte(s) }

func key(w http.ResponseWriter, r *http.Request) {
	w.Write(append(prefix, r.Host...)) // want "package variable `prefix"
	w.Write(append(suffix, r.Host...)) // want "package variable `suffix"
}
