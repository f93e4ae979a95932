// Package roundabout orders what goroutines share in ways that take a second look.
package roundabout

import (
	"fmt"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// A hint where to begin.
type ring struct {
	next  atomic.Uint32
	seats []atomic.Int32
}

func (r *ring) take() int {
	n := r.next.Add(1) - 1
	for i := range uint32(len(r.seats)) {
		at := (n + i) % uint32(len(r.seats))
		if r.seats[at].CompareAndSwap(0, 1) {
			r.next.CompareAndSwap(n+1, at+1)
			return int(at)
		}
	}
	return -1
}

// A literal has no room behind its end.
var (
	rowPrefix = []byte("row")
	words     = []string{"a", "b"}
)

func key(n byte) []byte { return append(rowPrefix, n) }

func serveKey(w http.ResponseWriter, r *http.Request) {
	w.Write(key(byte(len(r.Host))))
	w.Write([]byte(strings.Join(append(words, r.Host), ",")))
}

// Unlock once.
type aliases struct {
	sync.RWMutex
	names map[string]string
	tell  func(string) error
}

func (a *aliases) add(name, alias string, tell bool) error {
	a.Lock()
	var once sync.Once
	unlock := func() { once.Do(a.Unlock) }
	defer unlock()
	if name == "" {
		return os.ErrInvalid
	}
	a.names[name] = alias
	unlock()
	if tell {
		return a.tell(name)
	}
	return nil
}

// An end that never comes back.
func die(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format, args...)
	os.Exit(1)
}

func shutDown(signals <-chan os.Signal, stop func() error) {
	for {
		<-signals
		done := make(chan bool)
		go func() {
			if err := stop(); err != nil {
				die("%v", err)
			}
			done <- true
		}()
		select {
		case <-done:
			os.Exit(0)
		case <-time.After(time.Second):
			die("timeout")
		}
	}
}

// Another element each turn.
type order struct {
	updates chan int
	errs    chan error
	total   int
}

type batch struct {
	orders []*order
	open   func() (chan int, chan error)
}

func (b *batch) wait(o *order) error {
	select {
	case n := <-o.updates:
		o.total += n
		return nil
	case err := <-o.errs:
		return err
	}
}

func (b *batch) run() error {
	var eg errgroup.Group
	for _, o := range b.orders {
		o.updates, o.errs = b.open()
		eg.Go(func() error { return b.wait(o) })
	}
	return eg.Wait()
}

type nextFunc func() (int, error)

func concurrently(next nextFunc, f func(int) (int, error)) nextFunc {
	type result struct {
		n   int
		err error
	}
	results := make(chan *result, 4)
	in := make(chan int, 4)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := range in {
				m, err := f(n)
				results <- &result{m, err}
			}
		})
	}
	go func() {
		for {
			n, err := next()
			if err != nil || n == 0 {
				break
			}
			in <- n
		}
		close(in)
		wg.Wait()
		close(results)
	}()
	return func() (int, error) {
		r := <-results
		if r == nil {
			return 0, nil
		}
		return r.n, r.err
	}
}

func drain(next nextFunc) error {
	for {
		n, err := next()
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

func collect(next nextFunc) ([]int, error) {
	var mu sync.Mutex
	var found []int
	all := concurrently(next, func(n int) (int, error) {
		mu.Lock()
		found = append(found, n)
		mu.Unlock()
		return n, nil
	})
	if err := drain(all); err != nil {
		return nil, err
	}
	sort.Ints(found)
	return found, nil
}

// A lock for each key.
type keyed struct {
	mu    sync.Mutex
	locks map[string]*sync.Mutex
}

func (k *keyed) Lock(key string) {
	k.mu.Lock()
	l, ok := k.locks[key]
	if !ok {
		l = new(sync.Mutex)
		k.locks[key] = l
	}
	k.mu.Unlock()
	l.Lock()
}

func (k *keyed) Unlock(key string) {
	k.mu.Lock()
	l := k.locks[key]
	k.mu.Unlock()
	l.Unlock()
}

type session struct{ complete bool }

type sessions struct {
	locks *keyed
	all   atomic.Pointer[session]
	byID  sync.Map
}

func (s *sessions) finish(id string) bool {
	s.locks.Lock(id)
	defer s.locks.Unlock(id)
	one := s.all.Load()
	if one.complete {
		return false
	}
	one.complete = true
	return true
}

// A flag says that it was put back.
type value struct{ n int }

var values = sync.Pool{New: func() any { return new(value) }}

func use(m map[string]*value, key string, stale func(*value) bool) int {
	v, ok := m[key]
	if ok && stale(v) {
		delete(m, key)
		values.Put(v)
		ok = false
	}
	if ok {
		return v.n
	}
	return 0
}

// A cache of what a function says.
type Memo struct {
	m    sync.Map
	ask  func(string) bool
	last atomic.Int64
}

type answer struct {
	ok   bool
	used atomic.Int64
}

func (m *Memo) Match(s string) bool {
	now := time.Now().Unix()
	v, ok := m.m.Load(s)
	if ok {
		a := v.(*answer)
		a.used.Store(now)
		return a.ok
	}
	a := &answer{ok: m.ask(s)}
	a.used.Store(now)
	m.m.Store(s, a)
	return a.ok
}

// Nobody reads any more when it is closed.
type reader struct {
	calls atomic.Int64
	local bool
}

var allCalls atomic.Int64

func (r *reader) MustRead() {
	if r.local {
		r.calls.Add(1)
	} else {
		allCalls.Add(1)
	}
}

func (r *reader) MustClose() {
	if r.local {
		allCalls.Add(r.calls.Load())
		r.calls.Store(0)
		r.local = false
	}
}

// An object for each request.
type Download struct {
	Root string
	r    *http.Request
	refs map[string]string
}

func serveDownload(w http.ResponseWriter, r *http.Request) {
	d := &Download{Root: r.Host}
	d.ServeHTTP(w, r)
}

func (d *Download) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "zip" {
		d.zip(w, r)
		return
	}
	d.r = r
	w.Write([]byte(d.info()))
}

func (d *Download) zip(w http.ResponseWriter, r *http.Request) {
	d.refs = map[string]string{}
	d.fill()
	w.Write([]byte(d.refs["a"] + d.info()))
}

func (d *Download) fill() { d.refs["a"] = d.Root }

func (d *Download) info() string {
	if d.r == nil {
		return ""
	}
	return d.r.Host
}

// Once in all turns.
func count(mu *sync.Mutex, next func() bool, seen map[int]bool) int {
	n := 0
	for next() {
		n++
		if n == 1 {
			mu.Lock()
			defer mu.Unlock()
		}
		seen[n] = true
	}
	return n
}

// The number is given before the request is known to the loop.
type request struct {
	id   uint64
	done chan struct{}
}

type manager struct {
	count uint64
	in    chan any
	quit  chan struct{}
}

type pend struct {
	r    *request
	done chan struct{}
}

type fail struct {
	r   *request
	err error
}

func (m *manager) Start() { go m.loop() }

func (m *manager) loop() {
	pending := map[uint64]*request{}
	for {
		select {
		case x := <-m.in:
			switch x := x.(type) {
			case pend:
				pending[x.r.id] = x.r
				close(x.done)
			case fail:
				if _, ok := pending[x.r.id]; ok {
					delete(pending, x.r.id)
				}
			}
		case <-m.quit:
			return
		}
	}
}

func (m *manager) Connect(r *request) {
	if atomic.LoadUint64(&r.id) == 0 {
		atomic.StoreUint64(&r.id, atomic.AddUint64(&m.count, 1))
		done := make(chan struct{})
		select {
		case m.in <- pend{r, done}:
		case <-m.quit:
			return
		}
		<-done
	}
	select {
	case m.in <- fail{r, nil}:
	case <-m.quit:
	}
}

// The loop looks again.
type queue struct {
	mu     *sync.Mutex
	active *sync.Cond
	closed bool
	items  items
}

type items struct {
	mu   sync.Mutex
	list []int
}

func (i *items) any() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.list) > 0
}

func newQueue() *queue {
	q := &queue{mu: new(sync.Mutex)}
	q.active = sync.NewCond(q.mu)
	return q
}

func (q *queue) put(n int) {
	q.items.mu.Lock()
	q.items.list = append(q.items.list, n)
	q.items.mu.Unlock()
	q.mu.Lock()
	q.active.Signal()
	q.mu.Unlock()
}

func (q *queue) Close() {
	q.mu.Lock()
	q.closed = true
	q.active.Broadcast()
	q.mu.Unlock()
}

func (q *queue) wait() {
	closed := false
	for !closed && !q.items.any() {
		q.mu.Lock()
		if q.items.any() || q.closed {
			q.mu.Unlock()
			break
		}
		q.active.Wait()
		closed = q.closed
		q.mu.Unlock()
	}
}

// A barrier for good.
type barrier struct {
	mu sync.Mutex
	n  int
}

func (b *barrier) Add() {
	b.mu.Lock()
	b.n++
	b.mu.Unlock()
}

func (b *barrier) Close() {
	b.mu.Lock()
	b.n = 0

	// Do not unlock b.mu: nobody is to come any more.
}

// One import at a time.
type Importer struct {
	mu      sync.Mutex
	running bool
	url     string
	last    error
}

func (i *Importer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	if i.running {
		i.mu.Unlock()
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	i.running = true
	i.mu.Unlock()

	i.url = r.FormValue("url")
	w.Write([]byte(i.host()))
	i.mu.Lock()
	i.running = false
	i.mu.Unlock()
}

func (i *Importer) host() string { return strings.TrimPrefix(i.url, "https://") }

// A search that goes on where the last one ended, and says where it did.
type Ring struct {
	at    atomic.Int32
	hosts []string
}

func (r *Ring) Do(ask func(string) error) (err error) {
	i := r.at.Load()
	n := int32(len(r.hosts))
	for range n {
		if err = ask(r.hosts[i]); err == nil {
			r.at.Store(i)
			return nil
		}
		i++
		if i >= n {
			i = 0
		}
	}
	return err
}

func (r *Ring) Next(ask func(string) error) (err error) {
	i := r.at.Load()
	for x := range r.hosts {
		at := (i + int32(x)) % int32(len(r.hosts))
		if err = ask(r.hosts[at]); err == nil {
			r.at.Store(at)
			return nil
		}
	}
	return err
}

// One of two sends is done, and one is waited for.
func merge(process <-chan int, done <-chan struct{}) <-chan int {
	merged := make(chan int)
	stop := make(chan struct{})
	ticker := time.NewTicker(time.Second)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
				merged <- 0
			}
		}
	}()
	go func() {
		defer close(merged)
		for n := 0; n < 3; n++ {
			select {
			case <-process:
			case <-done:
				ticker.Stop()
				stop <- struct{}{}
				return
			}
		}
		ticker.Stop()
		stop <- struct{}{}
	}()
	return merged
}

// Who is woken begins anew.
type turns struct {
	cond *sync.Cond
	name string
	n    int
}

func (t *turns) take(name string) {
	for {
		t.cond.L.Lock()
		if t.name == "" {
			t.name, t.n = name, 1
			t.cond.L.Unlock()
			return
		} else if t.name == name && t.n < 8 {
			t.n++
			t.cond.L.Unlock()
			return
		}
		t.cond.Wait()
		t.cond.L.Unlock()
	}
}

func (t *turns) give() {
	t.cond.L.Lock()
	defer t.cond.L.Unlock()
	if t.n--; t.n == 0 {
		t.name = ""
		t.cond.Broadcast()
	}
}

func newTurns() *turns { return &turns{cond: sync.NewCond(new(sync.Mutex))} }

// Whose turn it is: if another goroutine was faster, it has passed the turn on as well.
type wheel struct {
	turn  atomic.Int32
	seats []func() error
}

func (w *wheel) try() error {
	at := w.turn.Load()
	err := w.seats[at]()
	if err != nil {
		w.turn.CompareAndSwap(at, (at+1)%int32(len(w.seats)))
	}
	return err
}
