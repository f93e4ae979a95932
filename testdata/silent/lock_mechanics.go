package locks

import (
	"errors"
	"log"
	"os"
	"runtime"
	"sync"
	"time"
)

type entry struct {
	mu    sync.Mutex
	value int
	next  *entry
	child *entry
}

type store struct {
	mu       sync.RWMutex
	wmu      sync.Mutex
	locker   sync.Locker
	stripes  [16]sync.Mutex
	byName   map[string]*entry
	list     []*entry
	head     *entry
	current  *entry
	state    int
	striped  int
	lockered int
	level    int
	closed   bool
	logger   logger
}

type logger interface {
	Fatalf(format string, args ...any)
}

// --- a lock that changes hands

// The caller unlocks the entry.
func (s *store) lockedEntry(name string) *entry {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.byName[name]
	if e == nil {
		return nil
	}
	e.mu.Lock()
	return e
}

func (s *store) bump(name string) {
	if e := s.lockedEntry(name); e != nil {
		e.value++
		e.mu.Unlock()
	}
}

// true: the lock is the caller's to give back.
func (s *store) enterIfOpen() bool {
	s.wmu.Lock()
	if s.closed {
		s.wmu.Unlock()
		return false
	}
	return true
}

func (s *store) add(n int) {
	if !s.enterIfOpen() {
		return
	}
	s.state += n
	s.wmu.Unlock()
}

// An object that gives the lock back when it is closed.
type view struct{ s *store }

func (s *store) view() (*view, error) {
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return nil, errors.New("closed")
	}
	return &view{s}, nil
}

func (v *view) Close() { v.s.mu.RUnlock() }

// A function that gives it back.
func (s *store) pin() (release func(), err error) {
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return nil, errors.New("closed")
	}
	return func() { s.mu.RUnlock() }, nil
}

// A goroutine that gives it back.
func (s *store) later(d time.Duration) bool {
	s.wmu.Lock()
	if d == 0 {
		s.wmu.Unlock()
		return false
	}
	go func() {
		defer s.wmu.Unlock()
		time.Sleep(d)
		s.state++
	}()
	return true
}

// A callback that gives it back, nobody knows when.
func (s *store) whenDone(register func(done func())) {
	s.wmu.Lock()
	register(func() { s.wmu.Unlock() })
}

// It is entered with the lock held, and left so.
func (s *store) refreshLocked(load func() int) {
	s.wmu.Unlock()
	n := load()
	s.wmu.Lock()
	s.state = n
}

func (s *store) refresh(load func() int) {
	s.wmu.Lock()
	defer s.wmu.Unlock()
	s.refreshLocked(load)
	s.refreshLocked(load)
}

// Nobody may come after it.
func (s *store) exit(code int) {
	s.wmu.Lock()
	os.Exit(code)
}

// --- deferred and conditional

func (s *store) flagged(n int) {
	s.wmu.Lock()
	locked := true
	defer func() {
		if locked {
			s.wmu.Unlock()
		}
	}()
	if n > 0 {
		s.wmu.Unlock()
		locked = false
		time.Sleep(time.Duration(n))
		return
	}
	s.state++
}

func (s *store) bothOrNone(n int) {
	if n > 3 {
		s.wmu.Lock()
	}
	s.logger.Fatalf("%d", n)
	if n > 3 {
		s.wmu.Unlock()
	}
}

func (s *store) onDemand(needLock bool) int {
	lock := func() {
		if needLock {
			s.mu.Lock()
		}
	}
	unlock := func() {
		if needLock {
			s.mu.Unlock()
		}
	}
	lock()
	defer unlock()
	return s.level
}

func (s *store) both() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.onDemand(false)
}

func (s *store) either(shared bool) int {
	if shared {
		s.mu.RLock()
		defer s.mu.RUnlock()
	} else {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	return s.level
}

func (s *store) dies(n int) int {
	s.wmu.Lock()
	switch n {
	case 1:
		log.Fatal("one")
	case 2:
		panic("two")
	case 3:
		runtime.Goexit()
	case 4:
		s.logger.Fatalf("four")
	case 5:
		s.fail()
	}
	s.wmu.Unlock()
	return n
}

func (s *store) fail() { panic("failed") }

// --- attempts

func (s *store) attempt() bool {
	for i := 0; i < 3; i++ {
		if s.wmu.TryLock() {
			s.state++
			s.wmu.Unlock()
			return true
		}
	}
	if ok := s.mu.TryRLock(); ok {
		defer s.mu.RUnlock()
		return s.closed
	}
	return false
}

// --- several instances

func (s *store) moveTo(other *store) {
	s.wmu.Lock()
	other.wmu.Lock()
	other.state += s.state
	other.wmu.Unlock()
	s.wmu.Unlock()
}

func (s *store) stripesOf(i, j int) {
	s.stripes[i].Lock()
	s.stripes[j].Lock()
	s.striped++
	s.stripes[j].Unlock()
	s.stripes[i].Unlock()
}

func (s *store) allStripes(f func()) {
	for i := range s.stripes {
		s.stripes[i].Lock()
	}
	f()
	for i := range s.stripes {
		s.stripes[i].Unlock()
	}
}

func (s *store) allEntries(f func()) {
	for _, e := range s.list {
		e.mu.Lock()
		defer e.mu.Unlock()
	}
	f()
}

func (s *store) twoEntries(a, b string) {
	one, two := s.byName[a], s.byName[b]
	one.mu.Lock()
	defer one.mu.Unlock()
	two.mu.Lock()
	defer two.mu.Unlock()
	one.value, two.value = two.value, one.value
}

// Hand over hand.
func (s *store) sum() (total int) {
	e := s.head
	e.mu.Lock()
	for e.next != nil {
		total += e.value
		next := e.next
		next.mu.Lock()
		e.mu.Unlock()
		e = next
	}
	e.mu.Unlock()
	return total
}

// A child is another entry.
func (e *entry) deep() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.child == nil {
		return e.value
	}
	return e.value + e.child.deep()
}

// Once the pointer leads elsewhere the lock is another one.
func (s *store) rotate(fresh *entry) {
	old := s.current
	old.mu.Lock()
	s.current = fresh
	s.current.mu.Lock()
	s.current.value = old.value
	s.current.mu.Unlock()
	old.mu.Unlock()
}

func (s *store) advance() { s.current = s.current.next }

func (s *store) rotateByHelper() {
	s.current.mu.Lock()
	old := s.current
	s.advance()
	s.current.mu.Lock()
	s.current.value = old.value
	s.current.mu.Unlock()
	old.mu.Unlock()
}

// --- loops

func (s *store) drain(in []int) {
	s.wmu.Lock()
	for _, n := range in {
		s.state += n
		s.wmu.Unlock()
		time.Sleep(time.Millisecond)
		s.wmu.Lock()
		if s.closed {
			break
		}
	}
	s.wmu.Unlock()
}

func (s *store) forever() {
	for {
		s.wmu.Lock()
		if s.closed {
			s.wmu.Unlock()
			return
		}
		if s.state == 0 {
			s.wmu.Unlock()
			continue
		}
		s.state--
		s.wmu.Unlock()
	}
}

func (s *store) untilClosed() {
	s.wmu.Lock()
	for !s.closed {
		s.wmu.Unlock()
		time.Sleep(time.Millisecond)
		s.wmu.Lock()
	}
	s.wmu.Unlock()
}

// --- lockers

func (s *store) throughLocker() {
	s.locker.Lock()
	defer s.locker.Unlock()
	s.lockered++
}

func (s *store) readersLocker() int {
	l := s.mu.RLocker()
	l.Lock()
	defer l.Unlock()
	return s.level
}

func under(l sync.Locker, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}

func (s *store) underBoth() {
	under(&s.wmu, func() {
		under(s.mu.RLocker(), func() { s.state++ })
	})
}

// The function given runs after the lock is back.
func (s *store) deferred() (f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return func() {
		s.mu.Lock()
		s.state++
		s.mu.Unlock()
	}
}

// A goroutine waits for its turn.
func (s *store) startedUnderLock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	go s.attempt()
	go func() {
		s.mu.Lock()
		s.level++
		s.mu.Unlock()
	}()
}

// It lets go before it calls, and takes the lock again.
func (s *store) notify(f func(int)) {
	s.wmu.Lock()
	n := s.state
	s.wmu.Unlock()
	s.add(1)
	s.wmu.Lock()
	s.state = n
	s.wmu.Unlock()
	f(n)
}

func (s *store) eachWhileHeld(f func(*entry) bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for e := range s.entries() {
		if !f(e) {
			return
		}
	}
}

func (s *store) entries() func(func(*entry) bool) {
	return func(yield func(*entry) bool) {
		for _, e := range s.list {
			if !yield(e) {
				return
			}
		}
	}
}

// In the order of their addresses, whichever that is.
func exchange(a, b *entry, swapped bool) {
	first, second := a, b
	if swapped {
		first, second = b, a
	}
	first.mu.Lock()
	second.mu.Lock()
	a.value, b.value = b.value, a.value
	second.mu.Unlock()
	first.mu.Unlock()
}

// A reader that lets go becomes a writer, and a reader again.
func (s *store) loadOnce(load func() int) (err error) {
	if s.level != 0 {
		return nil
	}
	s.mu.RUnlock()
	s.mu.Lock()
	defer func() {
		s.mu.Unlock()
		s.mu.RLock()
		if err == nil && s.closed {
			err = errors.New("closed")
		}
	}()
	if s.level != 0 {
		return nil
	}
	s.level = load()
	return nil
}

func (s *store) loaded(load func() int) (int, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.loadOnce(load); err != nil {
		return 0, err
	}
	return s.level, nil
}

// Who registers is called later, without the lock.
type listener interface{ OnChange(f func()) }

func (s *store) listen(l listener) {
	s.wmu.Lock()
	defer s.wmu.Unlock()
	l.OnChange(func() { s.add(1) })
	time.AfterFunc(time.Second, func() { s.add(1) })
}

// A flag says who takes the lock.
func (s *store) find(name string, lock bool) *entry {
	if lock {
		s.mu.RLock()
	}
	e, ok := s.byName[name]
	if !ok {
		if lock {
			s.mu.RUnlock()
		}
		return nil
	}
	if lock {
		s.mu.RUnlock()
	}
	return e
}

func (s *store) findBoth(a, b string) (*entry, *entry) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.find(a, false), s.find(b, false)
}

func (s *store) findOne(a string) *entry {
	if e := s.find(a, true); e != nil {
		return e
	}
	return s.find("", true)
}

// A flag that the loop sets once.
func (s *store) lockOnce(ns []int) {
	locked := false
	for _, n := range ns {
		if n == 0 {
			continue
		}
		if n > 3 {
			if !locked {
				s.wmu.Lock()
				defer s.wmu.Unlock()
				locked = true
			}
			s.state = n
		}
		time.Sleep(time.Millisecond)
	}
}

// Whatever the way, the lock is held where the deferred function gives it back.
func (s *store) timed(steps []func() error) error {
	var locked bool
	begin := time.Now()
	defer func() {
		if !locked {
			s.wmu.Lock()
		}
		s.state += int(time.Since(begin))
		s.wmu.Unlock()
	}()
	if len(steps) == 0 {
		return errors.New("nothing to do")
	}
	locked = true
	s.wmu.Lock()
	for i, step := range steps {
		if s.closed {
			return errors.New("closed")
		}
		s.wmu.Unlock()
		locked = false
		if err := step(); err != nil {
			return err
		}
		s.wmu.Lock()
		locked = true
		s.state += i
	}
	return nil
}

func (e *entry) bumpLocked() { e.value++ }

func (e *entry) bumpSelf() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.value++
}

// Several items, one after the other or at the same time.
func (s *store) items(i, j int) {
	one, two := s.list[i], s.list[j]
	one.mu.Lock()
	two.bumpSelf()
	s.list[j].bumpSelf()
	one.bumpLocked()
	one.mu.Unlock()
	one.bumpSelf()
	for _, e := range s.list {
		e.mu.Lock()
		for _, other := range s.list {
			if other != e {
				other.bumpSelf()
			}
		}
		e.mu.Unlock()
	}
}

// The worker may give the lock back at its end, or has taken it itself.
func (s *store) background(own bool) {
	if own {
		s.wmu.Lock()
	}
	s.state++
	s.wmu.Unlock()
}

func (s *store) startWorker(run func(func()) bool) {
	s.wmu.Lock()
	if s.closed {
		s.wmu.Unlock()
		return
	}
	if !run(func() { s.background(true) }) {
		s.state--
	}
	go s.background(true)
	s.wmu.Unlock()
}

// --- a lock that is given up meanwhile is taken back by what is deferred

type memo struct {
	mu    sync.Mutex
	known map[string]int
}

func (m *memo) get(key string, work func(string) int) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n, ok := m.known[key]; ok {
		return n
	}
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		m.known[key] = n
	}()
	return work(key)
}

// --- what succeeds keeps the lock for those who come to the end of it, what fails doesn't

type draft struct {
	turn  sync.Mutex
	mu    sync.Mutex
	next  *string
	texts []string
}

func (d *draft) propose(text string) error {
	d.turn.Lock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if text == "" {
		d.turn.Unlock()
		return errors.New("nothing to say")
	}
	d.next = &text
	return nil
}

func (d *draft) accept() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next == nil {
		return errors.New("nothing was proposed")
	}
	d.texts = append(d.texts, *d.next)
	d.next = nil
	d.turn.Unlock()
	return nil
}

// Some are left locked on purpose.
type drawer struct {
	mu   *sync.Mutex
	full bool
}

func sortOut(drawers []*drawer) (kept []*drawer) {
	locked := map[*sync.Mutex]bool{}
	for _, each := range drawers {
		if locked[each.mu] {
			continue
		}
		each.mu.Lock()
		if each.full {
			locked[each.mu] = true
			kept = append(kept, each)
			continue // leave the drawer locked
		}
		each.mu.Unlock()
	}
	return kept
}

// A once of its own runs what it is given only if it hasn't yet.
type single bool

func newSingle() *single {
	s := single(false)
	return &s
}

func (s *single) do(run func()) {
	if !*s {
		*s = true
		run()
	}
}

type gauge struct {
	mu sync.Mutex
	n  int
}

func (g *gauge) early(tell func(int)) {
	g.mu.Lock()
	end := newSingle()
	defer end.do(g.mu.Unlock)
	g.n++
	n := g.n
	end.do(g.mu.Unlock)
	tell(n)
}
