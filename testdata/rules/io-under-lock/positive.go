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

// Readers wait too as soon as a writer does.
func (s *service) readers() {
	l := s.rw.RLocker()
	l.Lock()
	defer l.Unlock()
	time.Sleep(time.Second) // want "`time.Sleep` .* while `s.rw` is held"
}

func (s *service) broadcast(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, conn := range s.conns {
		_, _ = conn.Write(p) // want "`conn.Write` .* while `s.mu` is held"
	}
}

// One section, one finding: where it is surest.
func (s *service) transaction(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	tx, err := s.db.BeginTx(ctx, nil) // want "`s.db.BeginTx` .* while `s.mu` is held"
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "delete from t"); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *service) body(r *http.Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.NewDecoder(r.Body).Decode(&s.state) // want "Decode` waits for the network while `s.mu` is held"
}

func (s *service) buffered(file *os.File) error {
	s.rw.Lock()
	defer s.rw.Unlock()
	w := bufio.NewWriter(file)
	for key := range s.state {
		fmt.Fprintln(w, key)
	}
	return w.Flush() // want "`w.Flush` reads or writes files while `s.rw` is held"
}

// What is called on the way out still holds the lock.
func (s *service) onTheWayOut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer exec.Command("sync").CombinedOutput() // want "CombinedOutput` .* while `s.mu` is held"
	s.state["out"] = "yes"
}

func (s *service) tried(url string) {
	if !s.rw.TryLock() {
		return
	}
	defer s.rw.Unlock()
	_, _ = http.Post(url, "", nil) // want "`http.Post` .* while `s.rw` is held"
}

// A method that makes something holds the lock of its receiver nevertheless.
func (s *service) newSession(addr string) (*session, error) {
	s.rw.Lock()
	defer s.rw.Unlock()
	conn, err := net.Dial("tcp", addr) // want "`net.Dial` .* while `s.rw` is held"
	if err != nil {
		return nil, err
	}
	s.conns[addr] = conn
	return &session{service: s, conn: conn}, nil
}

type session struct {
	service *service
	conn    net.Conn
}

// The lock of another object.
func (c *session) stat(path string) {
	s := c.service
	s.mu.Lock()
	defer s.mu.Unlock()
	if info, err := os.Stat(path); err == nil { // want "`os.Stat` reads or writes files while `s.mu` is held"
		s.state[path] = info.Name()
	}
}

func (c *session) acquire() { c.service.rw.Lock() }
func (c *session) release() { c.service.rw.Unlock() }

func (c *session) helpers(ctx context.Context) error {
	c.acquire()
	defer c.release()
	return c.service.db.PingContext(ctx) // want "`c.service.db.PingContext` .* while `c.service.rw` is held"
}

func each[T any](items []T, f func(T) error) error {
	for _, item := range items {
		if err := f(item); err != nil {
			return err
		}
	}
	return nil
}

// A literal that a callee runs does what the function does.
func (s *service) literal(urls []string) error {
	s.rw.RLock()
	defer s.rw.RUnlock()
	return each(urls, func(url string) error {
		_, err := http.Head(url) // want "`http.Head` .* while `s.rw` is held"
		return err
	})
}

type loader interface{ load(string) string }

type remote struct{ client *http.Client }

func (r remote) load(url string) string {
	resp, err := r.client.Get(url)
	if err != nil {
		return ""
	}
	return resp.Status
}

func (s *service) through(l loader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state["x"] = l.load("x") // want "`l.load` waits for the network while `s.mu` is held"
}

type fetcher struct {
	mu    sync.Mutex
	cache map[string]int
	fetch func(string) int
}

func newFetcher() *fetcher {
	return &fetcher{fetch: func(url string) int {
		resp, err := http.Get(url)
		if err != nil {
			return 0
		}
		return resp.StatusCode
	}}
}

func (f *fetcher) get(url string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.cache[url]; !ok {
		f.cache[url] = f.fetch(url) // known-fn: what a function value in a field is, isn't known
	}
	return f.cache[url]
}

// What the others wait to do.

func (s *service) put(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state[key] = "put"
}

func (s *service) drop(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.state, key)
}

func (s *service) has(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state[key] != ""
}

func (s *service) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.state)
}

func (s *service) conn(key string) net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns[key]
}

func (s *service) forget(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, key)
}

func (s *service) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.state)
}

func (s *service) swap(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = map[string]string{key: ""}
}

func (s *service) known(key string) bool {
	s.rw.RLock()
	defer s.rw.RUnlock()
	return s.state[key] != ""
}

func (s *service) count() int {
	s.rw.RLock()
	defer s.rw.RUnlock()
	return len(s.conns)
}

func (s *service) set(key string) {
	s.rw.Lock()
	defer s.rw.Unlock()
	s.state[key] = "set"
}

// The callee gives up the read lock and takes the write lock: it is the one that waits under it.
func (s *service) loaded(url string) string {
	s.rw.RLock()
	defer s.rw.RUnlock()
	s.reload(url)
	return s.state[url]
}

func (s *service) reload(url string) {
	s.rw.RUnlock()
	defer s.rw.RLock()
	s.rw.Lock()
	defer s.rw.Unlock()
	if resp, err := http.PostForm(url, nil); err == nil { // want "`http.PostForm` .* while `s.rw` is held"
		s.state[url] = resp.Status
	}
}

// --- work that the call says to do

type link struct {
	mu      sync.Mutex
	peers   map[string]*link
	conn    net.Conn
	pending []byte
}

func (l *link) flush() bool {
	_, err := l.conn.Write(l.pending)
	return err == nil
}

func (l *link) enqueueAnd(data []byte, now bool) {
	l.pending = append(l.pending, data...)
	if !(now && l.flush()) {
		l.pending = append(l.pending, '.')
	}
}

func (l *link) tell(data []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, peer := range l.peers {
		peer.enqueueAnd(data, false)
		peer.enqueueAnd(data, true) // want "`peer.enqueueAnd` waits for the network while `l.mu` is held"
	}
}

func (l *link) forget(name string) {
	l.mu.Lock()
	delete(l.peers, name)
	l.mu.Unlock()
}
