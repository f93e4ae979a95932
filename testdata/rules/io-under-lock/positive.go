// Package positive does slow things while others wait for its locks.
package positive

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"
)

type service struct {
	mu     sync.Mutex
	rw     sync.RWMutex
	state  map[string]string
	client *http.Client
	db     *sql.DB
	conns  map[string]net.Conn
}

func (s *service) fetch(url string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	resp, err := s.client.Get(url) // want "`s.client.Get` .* while `s.mu` is held"
	if err != nil {
		return err
	}
	s.state[url] = resp.Status
	return nil
}

func (s *service) get(key string) string {
	s.rw.RLock()
	defer s.rw.RUnlock()
	return s.state[key]
}

func (s *service) underReadLock(ctx context.Context) error {
	s.rw.RLock()
	defer s.rw.RUnlock()
	_, err := s.db.ExecContext(ctx, "delete from t") // want "`s.db.ExecContext` .* while `s.rw` is held"
	return err
}

func (s *service) dial(addr string) error {
	s.mu.Lock()
	conn, err := net.DialTimeout("tcp", addr, time.Second) // want "`net.DialTimeout` .* while `s.mu` is held"
	if err == nil {
		s.conns[addr] = conn
	}
	s.mu.Unlock()
	return err
}

func (s *service) sleep() {
	s.mu.Lock()
	s.state["slept"] = "yes"
	time.Sleep(time.Second) // want "`time.Sleep` .* while `s.mu` is held"
	s.mu.Unlock()
}

func (s *service) run() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return exec.Command("true").Run() // want "Run` .* while `s.mu` is held"
}

func (s *service) writeTo(conn net.Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := io.WriteString(conn, s.state["hello"]) // want "`io.WriteString` .* while `s.mu` is held"
	return err
}

func (s *service) encode(w http.ResponseWriter) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.NewEncoder(w).Encode(s.state) // want "NewEncoder.*Encode` waits for the network while `s.mu` is held"
}

func (s *service) print(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(conn, "%v\n", s.state) // want "`fmt.Fprintf` .* while `s.mu` is held"
}

func (s *service) save(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, err := json.Marshal(s.state)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644) // want "`os.WriteFile` .* while `s.mu` is held"
}

func ask(prompt string) string {
	fmt.Print(prompt)
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return line
}

func lookup(host string) []string {
	addrs, err := net.LookupHost(host)
	if err != nil {
		return nil
	}
	return addrs
}

func (s *service) two(host string) []string { return lookup(host) }

// The slow call lies two calls away.
func (s *service) resolve(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if addrs := s.two(host); len(addrs) > 0 { // want "`s.two` .* while `s.mu` is held"
		s.state[host] = addrs[0]
	}
}

// The contract in the name: whoever calls this holds the lock, and is told.
func (s *service) refreshLocked(host string) {
	s.state[host] = lookup(host)[0]
}

func (s *service) refresh(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refreshLocked(host) // want "`s.refreshLocked` .* while `s.mu` is held"
}

func (s *service) inClosure(host string) {
	s.withLock(func() {
		s.state[host] = ask(host) // want "`ask` waits for input while `s.mu` is held"
	})
}

func (s *service) withLock(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// Only one path holds the lock.
func (s *service) conditional(lock bool, url string) {
	if lock {
		s.mu.Lock()
		_, _ = http.Head(url) // want "`http.Head` .* while `s.mu` is held"
		s.mu.Unlock()
		return
	}
	_, _ = http.Head(url)
}

var registry struct {
	sync.Mutex
	names []string
}

func global(url string) {
	registry.Lock()
	defer registry.Unlock()
	if resp, err := http.Get(url); err == nil { // want "`http.Get` .* while `registry(.Mutex)?` is held"
		registry.names = append(registry.names, resp.Status)
	}
}

func known() int {
	registry.Lock()
	defer registry.Unlock()
	return len(registry.names)
}
