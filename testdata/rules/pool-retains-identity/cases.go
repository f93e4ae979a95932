// Package cases keeps all kinds of things in pools.
package cases

import (
	"bufio"
	"database/sql"
	"io"
	"net"
	"sync"
)

var pool, rows, streams, sessions, frames, readers sync.Pool

func putRows(r *sql.Rows) {
	rows.Put(r) // want "a `\\*sql.Rows` is kept in a sync.Pool"
}

// It may be a decompressor, which has a Reset.
func getStream() io.ReadCloser {
	s, _ := streams.Get().(io.ReadCloser)
	return s
}

func getListener() net.Listener {
	l, _ := pool.Get().(net.Listener) // want "a `net.Listener` is kept in a sync.Pool"
	return l
}

// The file that it is about isn't the one that is pooled.
type scratch struct {
	*session
	data []byte
}

func putScratch(s *scratch) { pool.Put(s) }

// A wrapper of the package's own, that gets another connection each time.
type session struct{ conn net.Conn }

func (s *session) Close() error {
	_, err := s.conn.Write([]byte("bye"))
	s.conn.Close()
	return err
}

func putSession(s *session) {
	sessions.Put(s)
}

// Closing it gives it back.
type frame struct{ data []byte }

func (f *frame) Close() error {
	f.data = f.data[:0]
	frames.Put(f)
	return nil
}

func putReader(r *bufio.Reader) { readers.Put(r) }

// With arguments it is another kind of Close.
type door struct{}

func (d *door) Close(slowly bool) {}

func putDoor(d *door) { pool.Put(d) }
