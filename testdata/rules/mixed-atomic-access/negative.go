// Package negative keeps atomic and plain accesses apart, or in order.
package negative

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

type counters struct {
	hits  int64
	limit int64
}

// The constructor has the object to itself.
func newCounters(start int64) *counters {
	c := &counters{hits: start}
	c.hits++
	c.limit = 10
	return c
}

func (c *counters) hit() bool { return atomic.AddInt64(&c.hits, 1) > c.limit }

var total = int64(unsafe.Sizeof(counters{}.hits))

var boot int32

func init() { boot = 1 }

func booted() bool { return atomic.LoadInt32(&boot) == 1 }

// A plain read by whoever holds the lock that all atomic writers hold.
type registry struct {
	mu    sync.RWMutex
	names []string
	count int64
}

func (r *registry) add(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names = append(r.names, name)
	atomic.AddInt64(&r.count, 1)
}

func (r *registry) trim(max int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count > max {
		r.names = r.names[:max]
		atomic.StoreInt64(&r.count, max)
	}
}

func (r *registry) size() int64 { return atomic.LoadInt64(&r.count) }

// Wait orders the adds before the read.
func parallel(jobs []func()) int64 {
	var done int64
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			job()
			atomic.AddInt64(&done, 1)
		}()
	}
	wg.Wait()
	return done
}

// A copy of a copy: the snapshot is made field by field, atomically, and belongs to its caller.
type figures struct{ in, out int64 }

func (f *figures) receive(n int64) { atomic.AddInt64(&f.in, n) }
func (f *figures) send(n int64)    { atomic.AddInt64(&f.out, n) }

func (f *figures) read() figures {
	return figures{in: atomic.LoadInt64(&f.in), out: atomic.LoadInt64(&f.out)}
}

func difference(f *figures) int64 {
	now := f.read()
	return now.in - now.out
}

// Typed atomics can't be mixed.
type typed struct{ n atomic.Int64 }

func (t *typed) add() int64         { return t.n.Add(1) }
func (t *typed) ptr() *atomic.Int64 { return &t.n }

// A helper of constructors, an option, and what a builder does before it hands out.
type client struct {
	sent  int64
	limit int64
}

type option func(*client)

func withSent(n int64) option { return func(c *client) { c.sent = n } }

func (c *client) prepare(from int64) { c.sent = from; c.applyDefaults() }

func (c *client) applyDefaults() {
	if c.sent < 0 {
		c.sent = 0
	}
}

func newClient(from int64, options ...option) *client {
	c := &client{}
	c.prepare(from)
	for _, each := range options {
		each(c)
	}
	return c
}

func (c *client) send() int64 { return atomic.AddInt64(&c.sent, 1) }

// The goroutine that alone writes reads what it wrote.
type ticker struct {
	ticks int64
	stop  chan struct{}
}

func newTicker() *ticker {
	t := &ticker{stop: make(chan struct{})}
	go t.run()
	return t
}

func (t *ticker) run() {
	for {
		select {
		case <-t.stop:
			return
		default:
			t.step()
		}
	}
}

func (t *ticker) step() {
	atomic.StoreInt64(&t.ticks, t.ticks+1)
}

func (t *ticker) count() int64 { return atomic.LoadInt64(&t.ticks) }

// A literal that runs under the lock that its function is called with.
type block struct {
	mu    sync.Mutex
	first uint64
}

func (b *block) First() uint64 { return atomic.LoadUint64(&b.first) }

func (b *block) shiftLocked(by []uint64, each func([]uint64, func(uint64))) {
	each(by, func(n uint64) {
		if b.first < n {
			atomic.StoreUint64(&b.first, n)
		}
	})
}

// Two counters of one type: one is atomic, the other never is.
type pair struct{ n int64 }

type both struct {
	shared pair
	own    pair
}

func (b *both) add()        { atomic.AddInt64(&b.shared.n, 1) }
func (b *both) note()       { b.own.n++ }
func (b *both) own1() int64 { return b.own.n }

// For tests alone.
type sequence struct{ id uint64 }

func (s *sequence) next() uint64 { return atomic.AddUint64(&s.id, 1) }

// A copy of a struct reads its pointers, not what they lead to; nor has an item of a slice to do with another struct's
// field of that type.
type job struct {
	stopped *uint32
	marks   []uint32
	name    string
}

func (j *job) stop() bool     { return atomic.CompareAndSwapUint32(j.stopped, 0, 1) }
func (j *job) mark(i int)     { atomic.AddUint32(&j.marks[i], 1) }
func (j *job) described() job { return *j }

type position struct{ at uint64 }

type tape struct {
	mu   sync.Mutex
	head position
}

func (t *tape) advance() { atomic.AddUint64(&t.head.at, 1) }

func (t *tape) visit(stops []position, each func(uint64)) {
	for _, stop := range stops {
		each(stop.at)
	}
}

// Two buckets that change places: what was counted in one is copied to the other.
type bucket struct{ failed, passed uint32 }

type window struct {
	active   atomic.Pointer[bucket]
	inactive *bucket
}

func (w *window) fail() { atomic.AddUint32(&w.active.Load().failed, 1) }

func (w *window) turn() uint32 {
	old := w.active.Swap(w.inactive)
	w.inactive = &bucket{failed: atomic.LoadUint32(&old.failed)}
	return w.inactive.failed
}

// What a Once runs is done before Do returns, to anybody.
type balancer struct {
	once sync.Once
	next uint32
	all  []string
}

func (b *balancer) prepare() {
	b.next = uint32(len(b.all)) / 2
}

func (b *balancer) pick() string {
	b.once.Do(b.prepare)
	return b.all[atomic.AddUint32(&b.next, 1)%uint32(len(b.all))]
}

type lazy struct {
	once sync.Once
	hits int64
}

func (l *lazy) hit(start int64) int64 {
	l.once.Do(func() { l.hits = start })
	return atomic.AddInt64(&l.hits, 1)
}

// A helper of the constructor and of a critical section.
type segment struct {
	mu   sync.Mutex
	last uint64
}

type archive struct{ segments []*segment }

func track(newest *uint64, s *segment) {
	if s.last > *newest {
		*newest = s.last
	}
}

func newArchive(ends []uint64) *archive {
	a := &archive{}
	var newest uint64
	for _, end := range ends {
		s := &segment{last: end}
		track(&newest, s)
		a.segments = append(a.segments, s)
	}
	return a
}

func (a *archive) newest() (found uint64) {
	for _, s := range a.segments {
		s.mu.Lock()
		track(&found, s)
		s.mu.Unlock()
	}
	return found
}

func (s *segment) grow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	atomic.AddUint64(&s.last, 1)
}

func (s *segment) end() uint64 { return atomic.LoadUint64(&s.last) }

// What a method's comment says it initialises isn't in use yet, be it the method of an exported type.
type Descriptor struct{ blocking uint32 }

// Init initializes the descriptor.
func (d *Descriptor) Init(blocking bool) {
	if blocking {
		d.blocking = 1
	}
}

func (d *Descriptor) SetBlocking() { atomic.StoreUint32(&d.blocking, 1) }

// Who wrote it knows of the atomic accesses, and says why this one is none.
type reference struct{ count int32 }

func (r *reference) retain() { atomic.AddInt32(&r.count, 1) }

func (r *reference) Close() bool {
	// No need for an atomic read here: nobody can retain it any more.
	return r.count == 0
}

// What the pointer leads to is a string of its own, and nobody's word.
type label struct{ name *unsafe.Pointer }

func (l *label) set(name string) { atomic.StorePointer(l.name, unsafe.Pointer(&name)) }

func (l *label) get() string {
	if name := (*string)(atomic.LoadPointer(l.name)); name != nil {
		return "label " + *name
	}
	return ""
}

// A word that has both kinds of methods, and says so.
type word struct{ value uint32 }

func (w *word) Load() uint32 { return atomic.LoadUint32(&w.value) }

func (w *word) Store(v uint32) { atomic.StoreUint32(&w.value, v) }

// RacyStore is like Store without using synchronization.
func (w *word) RacyStore(v uint32) { w.value = v }

// Its callers know that nobody else has the object.
type quota struct{ used, most int64 }

func (q *quota) add(n int64) { atomic.AddInt64(&q.used, n) }

// not thread safe
func (q *quota) mend() {
	if q.used < 0 {
		q.used = 0
	}
}

// A goroutine's own variable is nobody else's, though a callback counts it with care.
type cellar struct{ walk func(func(name string)) }

func (c *cellar) open() { go c.scan() }

func (c *cellar) scan() {
	var found int64
	c.walk(func(string) { atomic.AddInt64(&found, 1) })
	if found > 0 {
		println(found)
	}
}

// The channel tells that nobody counts any more.
func progress(work func(*int64)) {
	var items int64
	done := make(chan struct{})
	go func() {
		work(&items)
		atomic.AddInt64(&items, 1)
		close(done)
	}()
	show(&items, done)
}

func show(items *int64, done chan struct{}) {
	for {
		select {
		case <-done:
			if *items > 0 {
				println(atomic.LoadInt64(items))
			}
			return
		default:
			println(atomic.LoadInt64(items))
		}
	}
}

// As many as were started have told how it went.
func check(urls []string, ask func(string) error, over <-chan struct{}) bool {
	told := make(chan int, len(urls))
	failed := int32(0)
	for at, url := range urls {
		go func() {
			if err := ask(url); err != nil {
				atomic.AddInt32(&failed, 1)
				told <- -1
				return
			}
			told <- at
		}()
	}
	for range urls {
		select {
		case at := <-told:
			println(at)
		case <-over:
			return false
		}
	}
	return failed == 0
}

// What a constructor reads when its own goroutine runs, which only reads it, nobody else can write yet.
type journal struct {
	last  uint64
	wakes chan bool
}

func openJournal(last uint64) *journal {
	j := &journal{wakes: make(chan bool, 1), last: last}
	j.begin()
	println("last", j.last)
	return j
}

func (j *journal) begin() {
	go func() {
		for range j.wakes {
			println(atomic.LoadUint64(&j.last))
		}
	}()
}

func (j *journal) commit(n uint64) {
	atomic.StoreUint64(&j.last, n)
	j.wakes <- true
}

// What a constructor copies is its own, though it has shown others something that a pointer in it leads to.
type pacer struct{ turns chan int }

func (p *pacer) begin() {
	go func() {
		for n := range p.turns {
			println(n)
		}
	}()
}

type drive struct {
	pacer *pacer
	root  string
	group int32
}

func makeDrive(root string) (*drive, error) {
	d := &drive{pacer: &pacer{turns: make(chan int)}, root: root, group: 50}
	return d, nil
}

func newDrive(root string) (*drive, error) {
	d, err := makeDrive(root)
	if err != nil {
		return nil, err
	}
	d.pacer.begin()
	if root == "" {
		above := *d
		above.root = "/"
		d.root = above.root
	}
	return d, nil
}

func (d *drive) list(dirs []string) {
	for range dirs {
		if atomic.SwapInt32(&d.group, 1) != 1 {
			atomic.SwapInt32(&d.group, 50)
		}
	}
}

func (d *drive) listAll(dirs [][]string) {
	for _, each := range dirs {
		go d.list(each)
	}
}
