// Package web works on another package's fields.
package web

import (
	"net/http"

	"example.test/case/rules-declared-guard-neighbours/store"
)

type server struct{ store *store.Store }

func (s *server) put(name string, n int) {
	s.store.Mu.Lock()
	defer s.store.Mu.Unlock()
	s.store.Items[name] = n
	s.store.Size++
}

func (s *server) sum() int {
	s.store.Mu.Lock()
	defer s.store.Mu.Unlock()
	return s.store.Items["sum"] + s.store.Items["rest"]
}

func (s *server) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	s.put(r.URL.Path, s.sum())
	if s.store.Items[r.URL.Path] > 1 { // want "`Store.Items` is read without `Store.Mu`, which its comment says guards it"
		return
	}
	s.store.Size = 1 // want "`Store.Size` is written without `Store.Mu`, which its annotation asks for"
	store.Count = 2  // want "`store.Count` is written without `store.CountMu`, which its annotation asks for"
}

// --- a lock that this package has no name for

func (s *server) name() string { return s.store.Name }

// --- what is made here

func setUp() *store.Store {
	s := store.New()
	s.Items["first"] = 1
	s.Size = 1
	return s
}
