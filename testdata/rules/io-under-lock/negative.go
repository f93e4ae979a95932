// Package negative is quick while it holds a lock, or holds it for nothing but the I/O.
package negative

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

type service struct {
	mu    sync.Mutex
	state map[string]string
	buf   bytes.Buffer
}

func (s *service) after(url string) error {
	s.mu.Lock()
	s.state[url] = "asked"
	s.mu.Unlock()
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state[url] = resp.Status
	return nil
}

func (s *service) early(url string) error {
	s.mu.Lock()
	if s.state[url] != "" {
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	_, err := http.Get(url)
	return err
}

func (s *service) memory() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	fmt.Fprintln(&b, s.state)
	fmt.Fprintf(&s.buf, "%v", s.state)
	fmt.Fprint(io.Discard, s.state)
	h := sha256.New()
	io.WriteString(h, b.String())
	_ = json.NewEncoder(&s.buf).Encode(s.state)
	io.Copy(&s.buf, strings.NewReader("x"))
	return b.String()
}

func (s *service) logs() {
	s.mu.Lock()
	defer s.mu.Unlock()
	log.Printf("state: %v", s.state)
	fmt.Fprintln(os.Stderr, "state")
	fmt.Println(s.state)
}

func (s *service) started(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state[url] = "started"
	go func() {
		_, _ = http.Get(url)
	}()
	time.AfterFunc(time.Second, func() { _, _ = http.Get(url) })
}

// A function value that is made under the lock and called after it.
func (s *service) prepared(url string) (get func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return func() error {
		_, err := http.Get(url)
		return err
	}
}

// This lock serialises one connection: all its critical sections use it.
type client struct {
	mu    sync.Mutex
	conn  net.Conn
	calls int
}

func (c *client) send(p []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	_, err := c.conn.Write(p)
	return err
}

func (c *client) ask(p, reply []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if _, err := c.conn.Write(p); err != nil {
		return 0, err
	}
	return c.conn.Read(reply)
}

// And this one a file.
type journal struct {
	mu   sync.Mutex
	file *os.File
	size int64
}

func (j *journal) append(p []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	n, err := j.file.Write(p)
	j.size += int64(n)
	return err
}

func (j *journal) sync() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.file.Sync()
}

// The other lock is released; the one that is held is another.
type pair struct{ a, b sync.Mutex }

func (p *pair) between(url string) {
	p.a.Lock()
	p.a.Unlock() // barrier
	_, _ = http.Get(url)
}

func init() {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	_, _ = os.ReadFile("/etc/hostname")
}

// A lock that is opened, used and closed with its file: it serialises the file.
type lazyFile struct {
	mu   sync.Mutex
	path string
	file io.WriteCloser
}

func (l *lazyFile) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.open(); err != nil {
		return 0, err
	}
	return l.file.Write(p)
}

func (l *lazyFile) open() error {
	if l.file != nil {
		return nil
	}
	file, err := os.Create(l.path)
	l.file = file
	return err
}

func (l *lazyFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

// The lock of a buffered connection: what is behind the writer is known elsewhere only.
type peer struct {
	write sync.Mutex
	out   *bufio.Writer
	conn  net.Conn
	sent  int
}

func (p *peer) send(line string) error {
	p.write.Lock()
	defer p.write.Unlock()
	p.sent++
	_, err := p.out.WriteString(line)
	return err
}

func (p *peer) flush() error {
	p.write.Lock()
	defer p.write.Unlock()
	return p.out.Flush()
}

func (p *peer) upgrade(addr string) error {
	p.write.Lock()
	defer p.write.Unlock()
	p.conn.Close()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	p.conn, p.out = conn, bufio.NewWriter(conn)
	return nil
}

// The callee holds the lock around its own quick work; nobody holds it around the wait.
type proxy struct {
	mu       sync.RWMutex
	listener net.Listener
}

func (p *proxy) current() net.Listener {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.listener
}

func (p *proxy) accept() (net.Conn, error) {
	p.mu.RLock()
	listener := p.listener
	p.mu.RUnlock()
	if listener == nil {
		listener = p.current()
	}
	return listener.Accept()
}

// All that this lock does is to let one at a time through to the disk.
type snapshots struct {
	one  sync.Mutex
	path string
}

func (s *snapshots) save(data []byte) error {
	s.one.Lock()
	defer s.one.Unlock()
	if err := os.WriteFile(s.path+".tmp", data, 0o600); err != nil {
		return err
	}
	return os.Rename(s.path+".tmp", s.path)
}

// Nothing of this waits for others: an address is bound, a process started, a file closed.
type starter struct {
	mu   sync.Mutex
	cmd  *exec.Cmd
	file *os.File
}

func (s *starter) start() (net.Listener, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		s.file.Close()
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	return net.Listen("tcp", "127.0.0.1:0")
}

func (s *starter) running() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cmd != nil
}

// The lock is taken and given back by the callee that is slow before that.
func (s *service) slowThenQuick(url string) {
	s.askFirst(url)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state[url] = "done"
}

func (s *service) askFirst(url string) {
	_, _ = http.Get(url)
	s.mu.Lock()
	s.state[url] = "asked"
	s.mu.Unlock()
}

// A helper's unlock function is called before the wait.
func (s *service) lock() func() {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *service) unlockFirst(url string) {
	unlock := s.lock()
	s.state[url] = "asked"
	unlock()
	_, _ = http.Get(url)
}

// Given away for the wait by a helper that says so.
func (s *service) refresh(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.askUnlocked(url)
	s.state[url] = "asked"
}

func (s *service) askUnlocked(url string) {
	s.mu.Unlock()
	defer s.mu.Lock()
	_, _ = http.Get(url)
}

// The read lock is given up by the callee for as long as that waits.
type lazy struct {
	mu     sync.RWMutex
	loaded map[string]string
}

func (l *lazy) get(key string) string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	l.load()
	return l.loaded[key]
}

func (l *lazy) size() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.loaded)
}

func (l *lazy) has(key string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.loaded[key] != ""
}

func (l *lazy) load() {
	l.mu.RUnlock()
	defer l.mu.RLock()
	_, _ = http.Get("http://localhost/")
	l.mu.Lock()
	l.loaded = map[string]string{}
	l.mu.Unlock()
}

// Whichever way is taken through the only critical section, it is about files.
type scratch struct {
	one sync.Mutex
	dir string
}

func (s *scratch) next() (string, error) {
	s.one.Lock()
	defer s.one.Unlock()
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "scratch")
		s.dir = dir
		return dir, err
	}
	if _, err := os.Stat(s.dir); err != nil {
		return "", err
	}
	return s.dir, nil
}

// The author knows, and says why.
type tokens struct {
	mu    sync.Mutex
	token string
}

func (t *tokens) get(url string) string {
	// Holding the lock for the whole request prevents several requests for one token.
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token == "" {
		if resp, err := http.Get(url); err == nil {
			t.token = resp.Status
		}
	}
	return t.token
}

func (t *tokens) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.token = ""
}

// --- work that the call says not to do

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

func (l *link) enqueue(data []byte) { l.enqueueAnd(data, false) }

func (l *link) tell(data []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, peer := range l.peers {
		peer.enqueue(data)
	}
}

func (l *link) forget(name string) {
	l.mu.Lock()
	delete(l.peers, name)
	l.mu.Unlock()
}

// --- a remark at the lock, or at its release, that says what it is held for

type ledger struct {
	mu    sync.Mutex
	db    *sql.DB
	queue map[string]int
}

func (l *ledger) reset() error {
	l.mu.Lock() // The query too, to avoid races.
	defer l.mu.Unlock()
	if _, err := l.db.Exec("update totals set n = 0"); err != nil {
		return err
	}
	l.queue = map[string]int{}
	return nil
}

func (l *ledger) clear() {
	l.mu.Lock()
	defer l.mu.Unlock() // so that nobody counts in between
	for key := range l.queue {
		delete(l.queue, key)
	}
	_, _ = l.db.Exec("delete from totals")
}

func (l *ledger) add(key string) {
	l.mu.Lock()
	l.queue[key]++
	l.mu.Unlock()
}

func (l *ledger) get(key string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.queue[key]
}
