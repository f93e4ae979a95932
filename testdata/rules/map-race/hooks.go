// Package hooks gives functions to others, who call them whenever they like.
package hooks

import (
	"net"
	"net/http"
	"sync"
)

type server struct {
	mu    sync.Mutex
	conns map[net.Conn]int
	http  http.Server
}

func newServer() *server {
	s := &server{conns: map[net.Conn]int{}}
	s.http.ConnState = func(conn net.Conn, state http.ConnState) {
		if len(s.conns) > 100 { // want "the map `server.conns` is read without `server.mu`, which is held in 2 of 3 accesses"
			conn.Close()
		}
	}
	s.http.RegisterOnShutdown(s.drop)
	return s
}

func (s *server) enter(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[conn]++
}

func (s *server) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.conns)
}
