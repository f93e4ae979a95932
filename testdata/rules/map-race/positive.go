// Package positive looks into maps that others fill under a lock.
package positive

import (
	"net/http"
	"sync"
)

type peers struct {
	mu   sync.Mutex
	urls map[string]string
}

func (p *peers) set(name, url string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.urls[name] = url
}

func (p *peers) send(name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.urls[name]
}

// For a map it is enough that half of the accesses say what they need.
func (p *peers) serve(w http.ResponseWriter, r *http.Request) {
	if url, ok := p.urls[r.URL.Path]; ok { // want "the map `peers.urls` is read without `peers.mu`, which is held in 2 of 4 accesses"
		http.Redirect(w, r, url, http.StatusFound)
		return
	}
	http.NotFound(w, r)
}

func (p *peers) first() string {
	return p.urls["first"] // want "the map `peers.urls` is read without `peers.mu`"
}

// --- a lock on one side, and requests on the other

type accounts struct {
	mu    sync.Mutex
	names map[string]string
	count map[string]int
}

func (a *accounts) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/set", a.change)
	mux.HandleFunc("/get", a.show)
	return mux
}

func (a *accounts) change(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.names[r.FormValue("id")] = r.FormValue("name")
	a.count[r.FormValue("id")]++
}

func (a *accounts) show(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(a.names[r.FormValue("id")])) // want "the map `accounts.names` is read here without the lock under which `..accounts..change` sets it"
	if a.counted(r.FormValue("id")) > 1 {
		w.WriteHeader(http.StatusOK)
	}
}

func (a *accounts) counted(id string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.count[id]
}
