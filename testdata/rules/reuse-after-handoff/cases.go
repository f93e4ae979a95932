// Package cases hands buffers on.
package cases

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"sync"
)

type message struct {
	from string
	data []byte
}

func inStruct(conn net.PacketConn, out chan<- message) error {
	buf := make([]byte, 2048)
	for {
		n, from, err := conn.ReadFrom(buf) // want "`ReadFrom` fills memory"
		if err != nil {
			return err
		}
		out <- message{from.String(), buf[:n]}
	}
}

func captured(r io.Reader, work func([]byte)) error {
	buf := make([]byte, 2048)
	for {
		if _, err := io.ReadFull(r, buf); err != nil { // want "`ReadFull` fills memory"
			return err
		}
		go func() { work(buf) }()
	}
}

func appended(in <-chan string, out chan<- []byte) {
	buf := make([]byte, 0, 64)
	for text := range in {
		buf = append(buf[:0], text...) // want "this writes memory"
		out <- buf
	}
}

func sliced(r *bufio.Reader, out chan<- []byte) error {
	for {
		line, err := r.ReadSlice('\n') // want "`ReadSlice` overwrites memory"
		if err != nil {
			return err
		}
		out <- bytes.TrimSpace(line[1:])
	}
}

var buffers sync.Pool

func deferred(out chan<- *bytes.Buffer) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b) // want "`Put` gives the pool memory"
	out <- b
}

// Only one of the two gets it.
func either(out chan<- *bytes.Buffer) {
	b := buffers.Get().(*bytes.Buffer)
	select {
	case out <- b:
	default:
		buffers.Put(b)
	}
}

func eitherInTurn(in <-chan string, out chan<- *bytes.Buffer) {
	for text := range in {
		b := buffers.Get().(*bytes.Buffer)
		b.WriteString(text)
		select {
		case out <- b:
		default:
			buffers.Put(b)
		}
	}
}

// The buffer comes back.
func exchanged(r io.Reader, full chan<- []byte, free <-chan []byte) {
	buf := make([]byte, 64)
	for {
		if _, err := r.Read(buf); err != nil {
			return
		}
		full <- buf
		buf = <-free
	}
}

// The last of it: nothing is filled again.
func last(r io.Reader, out chan<- []byte) {
	buf := make([]byte, 64)
	for {
		n, err := r.Read(buf)
		if err != nil {
			out <- buf[:n]
			return
		}
	}
}

// The goroutine is waited for.
func waited(r io.Reader, work func([]byte)) {
	buf := make([]byte, 64)
	for {
		if _, err := r.Read(buf); err != nil {
			return
		}
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			defer wg.Done()
			work(buf)
		}()
		wg.Wait()
	}
}

// Text is a copy.
func text(r *bufio.Reader, out chan<- string) error {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		out <- string(line)
	}
}

// What is sent is the number.
func sizes(r io.Reader, out chan<- int) {
	buf := make([]byte, 64)
	for {
		n, err := r.Read(buf)
		if err != nil {
			return
		}
		out <- n
	}
}

type worker struct{ in chan int }

// Each goroutine has an item of its own.
func workers(n int, run func(*worker)) {
	all := make([]worker, n)
	for i := range all {
		all[i].in = make(chan int)
		go run(&all[i])
	}
}

type row struct{ name *string }

var rows sync.Pool

// What the items lead to isn't what is pooled.
func names(out chan<- *string) {
	batch := rows.Get().([]row)
	for _, r := range batch {
		out <- r.name
	}
	rows.Put(batch)
}

// The goroutine has the connection, not the buffer.
func closes(conn net.Conn, stop <-chan struct{}) error {
	buf := make([]byte, 64)
	for {
		go func() {
			<-stop
			conn.Close()
		}()
		if _, err := io.ReadFull(conn, buf); err != nil {
			return err
		}
	}
}

func background(work func(*bytes.Buffer)) {
	b := buffers.Get().(*bytes.Buffer)
	go work(b)
	buffers.Put(b) // known-fn: whether the goroutine was started on this way isn't known well enough
}

func answered(work func(*bytes.Buffer) int) int {
	b := buffers.Get().(*bytes.Buffer)
	answer := make(chan int)
	go func() { answer <- work(b) }()
	n := <-answer
	buffers.Put(b)
	return n
}

func asked(requests chan<- *bytes.Buffer, answers <-chan string) string {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	requests <- b
	return <-answers
}
