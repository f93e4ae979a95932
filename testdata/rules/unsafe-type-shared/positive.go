// Package positive shares objects that are for one goroutine at a time.
package positive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"math/rand"
	"net/http"
	"sync"
	"time"
)

// Objects in fields, which all requests have in common.
type lottery struct {
	rnd    *rand.Rand
	seen   bytes.Buffer
	digest hash.Hash
}

func (l *lottery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ticket := l.rnd.Intn(100)       // want "`lottery.rnd` is used by several goroutines that run .*: a `rand.Rand`"
	fmt.Fprintln(&l.seen, ticket)   // want "`lottery.seen` is used by several goroutines .*: a `bytes.Buffer`"
	io.WriteString(l.digest, r.URL.Path) // want "`lottery.digest` is used by several goroutines .*: a `hash.Hash`"
	fmt.Fprintln(w, ticket)
}

// Two goroutines of one object.
type link struct {
	in     *bufio.Reader
	out    *bufio.Writer
	jitter *rand.Rand
}

func start(conn io.ReadWriter) *link {
	l := &link{in: bufio.NewReader(conn), out: bufio.NewWriter(conn), jitter: rand.New(rand.NewSource(1))}
	go l.echo()
	go l.ping()
	return l
}

func (l *link) echo() {
	for {
		line, err := l.in.ReadString('\n')
		if err != nil {
			return
		}
		time.Sleep(time.Duration(l.jitter.Intn(9))) // want "`link.jitter` is used by .*echo` while .*ping` uses it"
		fmt.Fprint(l.out, line)                     // want "`link.out` is used by .*: a `bufio.Writer`"
	}
}

func (l *link) ping() {
	for range 9 {
		time.Sleep(time.Duration(l.jitter.Intn(9)))
		l.out.WriteString("ping\n")
	}
}

// A package variable.
var dice = rand.New(rand.NewSource(1))

func players(n int) {
	for range n {
		go throw()
	}
}

func throw() {
	time.Sleep(time.Duration(dice.Intn(6))) // want "`dice` is used by several goroutines that run `throw`"
}

// What a go statement calls itself.
func atOnce(headers http.Header, names []string) {
	go headers.Set("A", "1") // want "`headers` is used in a goroutine while `atOnce` uses it: a `http.Header`"
	headers.Set("B", "2")
	all := http.Header{}
	for _, name := range names {
		go all.Add(name, "1") // want "`all` is used by a goroutine that is started more than once"
	}
}

// By a function that writes to it.
func written() string {
	var out bytes.Buffer
	var wg sync.WaitGroup
	wg.Go(func() { out.WriteString("a") }) // want "`out` is used in one goroutine while another uses it"
	wg.Go(func() { fmt.Fprint(&out, "b") })
	wg.Wait()
	return out.String()
}

// A field of what several goroutines of a function have captured, and an embedded object.
type source struct {
	*rand.Rand
	encoder *json.Encoder
}

func (s *source) send() {
	go func() {
		s.encoder.Encode(1) // want "`s.encoder` is used in a goroutine while .*send` uses it: a `json.Encoder`"
	}()
	s.encoder.Encode(2)
}

func (s *source) wait(n int) {
	for range n {
		go func() {
			time.Sleep(time.Duration(s.Intn(9))) // want "`source.Rand` is used by several goroutines"
		}()
	}
}

// What a handler has captured.
func routes(mux *http.ServeMux) {
	rnd := rand.New(rand.NewSource(1))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, rnd.Intn(6)) // want "`rnd` is used by a goroutine that is started more than once"
	})
}
