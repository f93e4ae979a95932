// Package web locks another package's objects.
package web

import (
	"net/http"

	"example.test/case/rules-inconsistent-guard-neighbours/store"
)

type server struct{ store *store.Store }

func (s *server) count() {
	s.store.Lock()
	defer s.store.Unlock()
	s.store.Hits++
}

func (s *server) hits() int {
	s.store.Lock()
	defer s.store.Unlock()
	return s.store.Hits
}

func (s *server) ServeHTTP(_ http.ResponseWriter, _ *http.Request) {
	if s.store.Hits > 10 { // want "`Store.Hits` is read without `Store.Mutex`, which is held in 2 of 3 accesses"
		println(s.hits())
	}
	s.count()
}
