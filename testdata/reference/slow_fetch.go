// Package slowfetch looked like a deadlock and was a lock held over a slow call. (X.2, DO 1)
package slowfetch

import (
	"io"
	"net/http"
	"sync"
)

type pages struct {
	mu    sync.Mutex
	known map[string][]byte
}

func download(url string) ([]byte, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func (p *pages) getBadly(url string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if page, ok := p.known[url]; ok {
		return page, nil
	}
	page, err := download(url) // want "io-under-lock: `download` .* while `p.mu` is held"
	if err == nil {
		p.known[url] = page
	}
	return page, err
}

func (p *pages) getWell(url string) ([]byte, error) {
	p.mu.Lock()
	page, ok := p.known[url]
	p.mu.Unlock()
	if ok {
		return page, nil
	}
	page, err := download(url)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.known[url] = page
	p.mu.Unlock()
	return page, nil
}
