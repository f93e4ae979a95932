// Package begun has maps that a goroutine of their object and its callers write.
package begun

import (
	"bufio"
	"net"
)

// --- the constructor starts the goroutine: callers come while it runs

// Link answers calls by their number.
type Link struct {
	conn    net.Conn
	waiting map[byte]chan string
	next    byte
}

// Dial connects.
func Dial(address string) (*Link, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	l := &Link{conn: conn, waiting: make(map[byte]chan string)}
	go l.receive()
	return l, nil
}

func (l *Link) receive() {
	lines := bufio.NewScanner(l.conn)
	for lines.Scan() {
		number := lines.Bytes()[0]
		if answer, ok := l.waiting[number]; ok {
			delete(l.waiting, number) // want "the map `Link.waiting` is written by `..Link..receive` while `..Link..Call` writes it"
			answer <- lines.Text()
		}
	}
}

// Call asks and waits.
func (l *Link) Call(question string) string {
	l.next++
	answer := make(chan string, 1)
	l.waiting[l.next] = answer
	_, _ = l.conn.Write([]byte(question))
	return <-answer
}

// --- callers start the goroutine, and may do the rest before

// Table is filled, and then served.
type Table struct {
	conn net.Conn
	rows map[string]string
}

// NewTable is empty.
func NewTable(conn net.Conn) *Table { return &Table{conn: conn, rows: map[string]string{}} }

// Serve begins to answer.
func (t *Table) Serve() { go t.run() }

func (t *Table) run() {
	lines := bufio.NewScanner(t.conn)
	for lines.Scan() {
		t.rows[lines.Text()] = ""
	}
}

// Set adds a row.
func (t *Table) Set(key, value string) { t.rows[key] = value }

// --- the goroutine does what it is sent

// Keeper keeps what it is sent.
type Keeper struct {
	in   chan string
	kept map[string]int
}

// NewKeeper begins to keep.
func NewKeeper() *Keeper {
	k := &Keeper{in: make(chan string), kept: map[string]int{}}
	go k.keep()
	return k
}

func (k *Keeper) keep() {
	for one := range k.in {
		k.kept[one]++
	}
}

// Reset comes before the first one is sent.
func (k *Keeper) Reset() { k.kept[""] = 0 }

// Send has it kept.
func (k *Keeper) Send(one string) { k.in <- one }

// --- callers can wait for the end

// Job counts until it is done.
type Job struct {
	conn   net.Conn
	counts map[string]int
	Done   chan struct{}
}

// Begin starts to count.
func Begin(conn net.Conn) *Job {
	j := &Job{conn: conn, counts: map[string]int{}, Done: make(chan struct{})}
	go j.count()
	return j
}

func (j *Job) count() {
	defer close(j.Done)
	lines := bufio.NewScanner(j.conn)
	for lines.Scan() {
		j.counts[lines.Text()]++
	}
}

// Forget is for when it is done.
func (j *Job) Forget(line string) { delete(j.counts, line) }
