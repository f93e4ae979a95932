// Package queued writes what it is sent, and more.
package queued

import (
	"bufio"
	"encoding/json"
	"net"
	"sync"
)

// Session has its lines written by a goroutine.
type Session struct {
	out   *bufio.Writer
	lines chan string
}

func Serve(conn net.Conn) *Session {
	s := &Session{out: bufio.NewWriter(conn), lines: make(chan string)}
	go s.run()
	return s
}

func (s *Session) run() {
	for line := range s.lines {
		json.NewEncoder(s.out).Encode(line)
		s.out.Flush() // want "`Session.out` is used by .* while `\\(\\*Session\\).Ping` uses it: a `bufio.Writer` is not safe"
	}
}

func (s *Session) Send(line string) { s.lines <- line }

func (s *Session) Ping() error {
	s.out.WriteString("ping\n")
	return s.out.Flush()
}

// Asked answers each line.
type Asked struct {
	out   *bufio.Writer
	lines chan string
	done  chan error
}

func Ask(conn net.Conn) *Asked {
	a := &Asked{out: bufio.NewWriter(conn), lines: make(chan string), done: make(chan error)}
	go a.run()
	return a
}

func (a *Asked) run() {
	for line := range a.lines {
		a.out.WriteString(line)
		a.done <- a.out.Flush()
	}
}

func (a *Asked) Send(line string) error {
	a.lines <- line
	return <-a.done
}

func (a *Asked) Ping() error {
	a.out.WriteString("ping\n")
	return a.out.Flush()
}

// Started only does what it was begun with before.
type Started struct {
	out   *bufio.Writer
	lines chan string
}

func Start(conn net.Conn) *Started {
	s := &Started{out: bufio.NewWriter(conn), lines: make(chan string)}
	go s.run()
	return s
}

func (s *Started) run() {
	for line := range s.lines {
		s.out.WriteString(line)
	}
}

func (s *Started) Greet() {
	s.out.WriteString("hello\n")
	s.lines <- "hello"
}

// Peer locks where it sends, and not where it answers.
type Peer struct {
	mu  sync.Mutex
	out *json.Encoder
	in  *json.Decoder
}

func Dial(conn net.Conn) *Peer {
	p := &Peer{out: json.NewEncoder(conn), in: json.NewDecoder(conn)}
	go p.run()
	return p
}

func (p *Peer) run() {
	for {
		var n int
		if p.in.Decode(&n) != nil {
			return
		}
		p.out.Encode(n) // want "`Peer.out` is used by .* while `\\(\\*Peer\\).Send` uses it: a `json.Encoder` is not safe"
	}
}

func (p *Peer) Send(n int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Encode(n)
}
