// Package madeonce has state that is made once, or of which only what doesn't change is read without the lock.
package madeonce

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Session is copied for each scope; all copies have the same map, and nobody gives one of them another.
type Session struct {
	lock  *sync.Mutex
	cache map[string]int
	scope string
}

func NewSession() *Session {
	return &Session{lock: new(sync.Mutex), cache: make(map[string]int)}
}

func (s *Session) In(scope string) *Session {
	other := *s
	other.scope = scope
	return &other
}

func (s *Session) Put(key string, n int) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.cache[s.scope+key] = n
}

func (s *Session) Get(key string) int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.cache[s.scope+key]
}

func (s *Session) Drop(key string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	delete(s.cache, s.scope+key)
}

func (s *Session) Len() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return len(s.cache)
}

// Library makes its table for the first who asks, and for good.
type Library struct {
	mu    sync.Mutex
	table map[string]func(float64) float64
}

func (l *Library) Table() map[string]func(float64) float64 {
	l.mu.Lock()
	if l.table == nil {
		l.table = make(map[string]func(float64) float64)
		for _, name := range []string{"half", "third"} {
			l.table[name] = func(x float64) float64 { return x / float64(len(name)) }
			l.table["core::"+name] = l.table[name]
		}
	}
	l.mu.Unlock()
	return l.table
}

// Snapshot is filled by the first who needs it, and read only then.
type Snapshot struct {
	done  atomic.Bool
	mu    sync.Mutex
	rules map[string][]string
	hosts map[string]int
}

func (s *Snapshot) Fill(from *Snapshot, names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done.Load() {
		return
	}
	if from == nil {
		s.fillAll(names)
	} else {
		s.take(from)
	}
	s.done.Store(true)
}

func (s *Snapshot) fillAll(names []string) {
	s.rules = make(map[string][]string)
	s.hosts = make(map[string]int)
	for at, name := range names {
		s.rules[name] = append(s.rules[name], name)
		s.hosts[name] = at
	}
}

func (s *Snapshot) take(from *Snapshot) {
	s.hosts = from.hosts
	s.rules = from.rules
}

func (s *Snapshot) Has(name, rule string) bool {
	for _, one := range s.rules[name] {
		if one == rule {
			return true
		}
	}
	return false
}

func (s *Snapshot) Host(name string) int { return s.hosts[name] }

// Client connects anew whenever its stream has ended: each time on the goroutine that comes after the last one.
type Client struct {
	dial   func() (chan string, error)
	stream chan string
	last   string
}

func (c *Client) Run() error {
	stream, err := c.dial()
	if err != nil {
		return err
	}
	c.stream = stream
	go c.receive()
	return nil
}

func (c *Client) receive() {
	for one := range c.stream {
		c.last = one
	}
	time.AfterFunc(time.Second, c.again)
}

func (c *Client) again() {
	if err := c.Run(); err != nil {
		time.AfterFunc(time.Minute, c.again)
	}
}

// line dials for the first who writes; the helper that keeps the connection is only called where there is none.
type line struct {
	mu     sync.Mutex
	dialer func() (*strings.Reader, error)
	conn   *strings.Reader
	closed bool
}

func (l *line) dial() error {
	conn, err := l.dialer()
	if err != nil {
		return err
	}
	l.conn = conn
	return nil
}

func (l *line) write(b []byte) (int, error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return 0, errors.New("closed")
	}
	if l.conn == nil {
		if err := l.dial(); err != nil {
			l.mu.Unlock()
			return 0, err
		}
	}
	l.mu.Unlock()
	return l.conn.Read(b)
}

func (l *line) read(b []byte) (int, error) {
	l.mu.Lock()
	if l.conn == nil || l.closed {
		l.mu.Unlock()
		return 0, errors.New("not open")
	}
	l.mu.Unlock()
	return l.conn.Read(b)
}

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.conn != nil {
		l.conn.Reset("")
	}
}
