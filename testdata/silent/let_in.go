// Package letin has what one goroutine alone gets to: by a lock, a sync.Once or a state, or since nobody else is there.
package letin

import (
	"context"
	"net"
	"net/http"
	"os"
	"sync"
)

// --- a lock behind a pointer, at the end of a long way

type shelf struct {
	mu    *sync.RWMutex
	books map[string]int
}

type storey struct{ shelves []*shelf }

type wing struct{ storey *storey }

type library struct{ wings map[string]*wing }

func (s *shelf) put(book string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.books[book] = 1
}

func (s *shelf) drop(book string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.books, book)
}

func (s *shelf) has(book string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.books[book] > 0
}

func (l *library) walk(names []string, visit func(string) bool) {
	for _, name := range names {
		w, ok := l.wings[name]
		if !ok {
			continue
		}
		for _, s := range w.storey.shelves {
			s.mu.Lock()
			for book := range s.books {
				if visit(book) {
					break
				}
			}
			s.mu.Unlock()
		}
	}
}

// --- a close that is deferred only where nobody sends

func waitFor(command interface{ Wait() error }, watched chan error) error {
	ended := make(chan error, 1)
	if command != nil {
		go func() {
			ended <- command.Wait()
			close(ended)
		}()
	} else {
		defer close(ended)
	}
	select {
	case err := <-watched:
		return err
	case err := <-ended:
		return err
	}
}

// --- filled by whichever request comes first, once

var (
	aliases = map[string]string{}
	filled  sync.Once
)

func fillAliases() {
	for _, name := range os.Args {
		aliases[name] = name
	}
}

func serveAliases() {
	http.HandleFunc("/aliases", func(w http.ResponseWriter, _ *http.Request) {
		filled.Do(func() {
			if len(os.Args) > 1 {
				fillAliases()
			}
		})
		for name := range aliases {
			_, _ = w.Write([]byte(name))
		}
	})
}

// --- meant to wait for ever

func park() {
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Wait()
}

// --- made before anybody is served, so never at the first use

type limiter struct{ room int }

type doorkeeper struct {
	guests sync.WaitGroup
	limits *limiter
}

func (d *doorkeeper) start(l net.Listener) error {
	d.limits = &limiter{room: 3}
	return d.serve(l)
}

func (d *doorkeeper) serve(l net.Listener) error {
	for {
		guest, err := l.Accept()
		if err != nil {
			return err
		}
		d.guests.Add(1)
		go d.greet(guest)
	}
}

func (d *doorkeeper) greet(guest net.Conn) {
	defer d.guests.Done()
	if d.limits == nil {
		d.limits = &limiter{room: 1}
	}
	if d.limits.room > 0 {
		_ = guest.Close()
	}
}

// --- a state that is left by the first who finds it

type stage struct {
	mu    sync.Mutex
	state string
	cast  map[string]int
}

func (s *stage) open() {
	for range 4 {
		go s.perform("somebody")
	}
}

func (s *stage) perform(name string) {
	s.mu.Lock()
	if s.state != "idle" {
		s.mu.Unlock()
		return
	}
	s.state = "performing"
	s.mu.Unlock()
	s.cast = make(map[string]int)
	s.cast[name] = 1
}

// --- started by a deferred call, when all else is done

type scanner struct{ found []string }

func (s *scanner) inBackground(run func()) { go run() }

func (s *scanner) scan(names []string) int {
	total := 0
	defer s.inBackground(func() {
		total = 0
		s.found = nil
	})
	for _, name := range names {
		s.found = append(s.found, name)
		total++
	}
	return len(s.found)
}

// --- sent to the goroutine that does one errand after the other

type desk struct {
	errands chan func()
	closed  chan struct{}
	waiting map[chan int]struct{}
	last    *int
}

func newDesk() *desk {
	d := &desk{errands: make(chan func()), closed: make(chan struct{}), waiting: make(map[chan int]struct{})}
	go d.work()
	return d
}

func (d *desk) work() {
	for {
		select {
		case errand := <-d.errands:
			errand()
		case <-d.closed:
			return
		}
	}
}

func (d *desk) send(errand func()) {
	select {
	case d.errands <- errand:
	case <-d.closed:
	}
}

func (d *desk) forget(answer chan int) {
	delete(d.waiting, answer)
	if len(d.waiting) == 0 {
		d.last = nil
	}
}

func (d *desk) ask(ctx context.Context) int {
	answer := make(chan int, 1)
	select {
	case number := <-answer:
		return number
	case <-ctx.Done():
		d.send(func() { d.forget(answer) })
		return 0
	}
}

type clerk struct{ desk *desk }

func newClerk() *clerk { return &clerk{desk: newDesk()} }

func (c *clerk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for c.desk.ask(r.Context()) == 0 {
		w.WriteHeader(http.StatusAccepted)
	}
}

// --- a map that an item of the map under the lock points to

type words map[string]string

func (w words) all() (all []string) {
	for _, word := range w {
		all = append(all, word)
	}
	return all
}

type memory struct {
	mu    sync.RWMutex
	known map[string]any
}

func (m *memory) learn(name string, what any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[name] = what
}

func (m *memory) forget(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, name)
}

func (m *memory) recall(name string) (any, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	what, ok := m.known[name]
	return what, ok
}

func tell(m *memory, names []string, say func(string)) {
	for _, name := range names {
		if what, ok := m.recall(name); ok {
			if w, ok := what.(*words); ok {
				for _, word := range w.all() {
					say(word)
				}
			}
		}
	}
}

// --- a context that somebody is given to wait for

type nested interface{ runUntil(ctx context.Context) error }

func update(loop nested, work func() error) error {
	var err error
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		err = work()
	}()
	_ = loop.runUntil(ctx)
	return err
}
