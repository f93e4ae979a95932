// Package negative has an order for each object.
package negative

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"math/big"
	"math/rand"
	"net/http"
	"sync"
	"time"
)

// With a lock around each use.
type lottery struct {
	mu  sync.Mutex
	rnd *rand.Rand
}

func (l *lottery) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var line bytes.Buffer
	l.mu.Lock()
	ticket := l.rnd.Intn(100)
	l.mu.Unlock()
	fmt.Fprintln(&line, ticket)
	io.Copy(w, &line)
}

// Each goroutine has its own, and what both have is only read.
type link struct {
	in     *bufio.Reader
	out    *bufio.Writer
	header http.Header
}

func start(conn io.ReadWriter, header http.Header) *link {
	l := &link{in: bufio.NewReader(conn), out: bufio.NewWriter(conn), header: header.Clone()}
	l.header.Set("Agent", "link")
	l.out.WriteString("hello")
	go l.listen()
	go l.ping()
	return l
}

func (l *link) listen() {
	for {
		line, err := l.in.ReadString('\n')
		if err != nil || line == l.header.Get("End") {
			return
		}
	}
}

func (l *link) ping() {
	for range 9 {
		time.Sleep(time.Second)
		fmt.Fprintln(l.out, l.header.Get("Agent"))
	}
}

// Another object for each turn, and a new one in the field.
type sums struct{ current hash.Hash }

func (s *sums) run(make func() hash.Hash) {
	for range 3 {
		s.current = make()
		go func(sum hash.Hash) { io.WriteString(sum, "a") }(s.current)
	}
}

func turns(names []string) {
	for _, name := range names {
		header := http.Header{}
		header.Set("A", name)
		go header.Add("B", name)
	}
}

// The start comes after, and the end is awaited.
func ordered() string {
	var out bytes.Buffer
	fmt.Fprint(&out, "a")
	var wg sync.WaitGroup
	wg.Go(func() { fmt.Fprint(&out, "b") })
	wg.Wait()
	return out.String()
}

// The goroutine is awaited before its field is used again, and another encoder is in it by then.
type source struct {
	encoder *json.Encoder
	other   *json.Encoder
}

func (s *source) send() {
	done := make(chan bool)
	go func() {
		defer close(done)
		s.encoder.Encode(1)
	}()
	<-done
	s.encoder.Encode(2)
}

func (s *source) replace(w io.Writer) {
	go func(encoder *json.Encoder) { encoder.Encode(1) }(s.other)
	s.other = json.NewEncoder(w)
	s.other.Encode(2)
}

// One for each request, and one that all have a lock for.
func routes(mux *http.ServeMux) {
	var mu sync.Mutex
	rnd := rand.New(rand.NewSource(1))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var line bytes.Buffer
		mu.Lock()
		fmt.Fprintln(&line, rnd.Intn(6))
		mu.Unlock()
		line.WriteTo(w)
	})
}

// proof is looked at by several goroutines, and written by none.
type proof struct {
	bits *big.Int
	line *bufio.Reader
}

func newProof(bits int64, r io.Reader) *proof {
	return &proof{bits: big.NewInt(bits), line: bufio.NewReader(r)}
}

func (p *proof) Verify(n int) int {
	found := make(chan uint, n)
	for i := range n {
		go func() {
			found <- p.bits.Bit(i) + p.bits.TrailingZeroBits() + uint(p.line.Buffered())
		}()
	}
	sum := 0
	for range n {
		sum += int(<-found)
	}
	return sum
}
