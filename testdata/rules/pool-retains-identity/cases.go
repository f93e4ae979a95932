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

func getStream() io.ReadCloser {
	s, _ := streams.Get().(io.ReadCloser) // want "a `io.ReadCloser` is kept in a sync.Pool"
	return s
}

// Closing it ends a connection.
type session struct{ conn net.Conn }

func (s *session) Close() error {
	_, err := s.conn.Write([]byte("bye"))
	s.conn.Close()
	return err
}

func putSession(s *session) {
	sessions.Put(s) // want "a `\\*session` is kept in a sync.Pool"
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
