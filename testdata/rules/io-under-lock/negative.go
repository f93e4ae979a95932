// Package negative is quick while it holds a lock, or holds it for nothing but the I/O.
package negative

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
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
