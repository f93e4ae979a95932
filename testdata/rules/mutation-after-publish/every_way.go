// Package everyway publishes and changes in every way that there is.
package everyway

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"unsafe"
)

type opts struct{ depth int }

type item struct {
	name  string
	n     int
	tags  []string
	attrs map[string]string
	opts  opts
	sub   *item
	arr   [4]int
}

var (
	current atomic.Pointer[item]
	raw     unsafe.Pointer
	table   atomic.Pointer[map[string]int]
	list    atomic.Pointer[[]int]
	whatever    atomic.Value
	reg     sync.Map
	mu      sync.Mutex
	byName  = map[string]*item{}
)

func incr() {
	it := &item{}
	current.Store(it)
	it.n++ // want "`it\\.n` is changed after it was published: stored in `current`"
}

func nested() {
	it := &item{}
	current.Store(it)
	it.opts.depth = 1 // want "`it\\.opts\\.depth` is changed after it was published: stored in `current`"
}

func array() {
	it := &item{}
	current.Store(it)
	it.arr[2] = 1 // want "`it\\.arr\\[2\\]` is changed after it was published: stored in `current`"
}

func wholeStruct() {
	it := &item{}
	current.Store(it)
	*it = item{name: "x"} // want "`\\*it` is changed after it was published: stored in `current`"
}

func addrOfLocal() {
	var it item
	current.Store(&it)
	it.name = "x" // want "`it\\.name` is changed after it was published: stored in `current`"
}

func paramField(it *item) {
	current.Store(it)
	it.name = "x" // want "`it\\.name` is changed after it was published: stored in `current`"
}

func paramMap(m map[string]int, ch chan map[string]int) {
	ch <- m
	m["a"] = 1 // want "`m\\[\"a\"\\]` is changed after it was published: sent on `ch`"
}

func paramMapDelete(m map[string]int, ch chan map[string]int) {
	ch <- m
	delete(m, "a") // want "`m` is changed after it was published: sent on `ch`"
}

func paramMapClear(m map[string]int, ch chan map[string]int) {
	ch <- m
	clear(m) // want "`m` is changed after it was published: sent on `ch`"
}

func mapsCopy(m, src map[string]int, ch chan map[string]int) {
	ch <- m
	maps.Copy(m, src) // want "`m` is changed after it was published: sent on `ch`"
}

func sliceCopy(s, src []int, ch chan []int) {
	ch <- s
	copy(s, src) // want "`s` is changed after it was published: sent on `ch`"
}

func sliceElem(s []int, ch chan []int) {
	ch <- s
	s[0] = 1 // want "`s\\[0\\]` is changed after it was published: sent on `ch`"
}

func sliceElem2(s []int, ch chan []int) {
	ch <- s
	for i := range s {
		s[i] = 0 // want "`s\\[i\\]` is changed after it was published: sent on `ch`"
	}
}

func appendInPlace(s []int, ch chan []int) {
	ch <- s
	s = append(s[:0], 1) // want "`s` is changed after it was published: sent on `ch`"
	ch <- s
}

func sortSlice(s []int, ch chan []int) {
	ch <- s
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] }) // want "`s` is changed after it was published: sent on `ch`"
}

func slicesSort(s []int, ch chan []int) {
	ch <- s
	slices.Sort(s) // want "`s` is changed after it was published: sent on `ch`"
}

func sub(it *item, ch chan *item) {
	ch <- it
	it.sub.name = "x" // want "`it\\.sub\\.name` is changed after it was published: sent on `ch`"
}

func throughAlias(it *item, ch chan *item) {
	s := it.sub
	ch <- it
	s.name = "x" // want "`s\\.name` is changed after it was published: sent on `ch`"
}

func rawPointer(it *item) {
	atomic.StorePointer(&raw, unsafe.Pointer(it))
	it.name = "x" // want "`it\\.name` is changed after it was published: stored in `raw`"
}

func aPointerToMap() {
	m := map[string]int{}
	table.Store(&m)
	m["a"] = 1 // want "`m\\[\"a\"\\]` is changed after it was published: stored in `table`"
}

func aValueMap() {
	m := map[string]int{}
	whatever.Store(m)
	m["a"] = 1 // want "`m\\[\"a\"\\]` is changed after it was published: stored in `whatever`"
}

func syncMap(k string) {
	it := &item{}
	actual, _ := reg.LoadOrStore(k, it)
	_ = actual
	it.n = 1 // want "`it\\.n` is changed after it was published: stored in `reg`"
}

func sharedMapUnderLock(k string) {
	it := &item{}
	mu.Lock()
	byName[k] = it
	mu.Unlock()
	it.n = 1 // want "`it\\.n` is changed after it was published: stored in `byName`"
}

type cache struct {
	mu    sync.RWMutex
	items map[string]*item
	last  *item
	all   []*item
}

func (c *cache) add(k string) *item {
	it := &item{}
	c.mu.Lock()
	c.items[k] = it
	c.mu.Unlock()
	it.name = k // want "`it\\.name` is changed after it was published: stored in `c\\.items`"
	return it
}

func (c *cache) get(k string) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.items[k].name
}

func (c *cache) setLast(k string) {
	it := &item{}
	c.mu.Lock()
	c.last = it
	c.all = append(c.all, it)
	c.mu.Unlock()
	it.name = k // want "`it\\.name` is changed after it was published: stored in `c\\.last`"
}

func (c *cache) put(k string, it *item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[k] = it
}

func (c *cache) viaPut(k string) {
	it := &item{}
	c.put(k, it)
	it.name = k // want "`it\\.name` is changed after it was published: stored in `c\\.items`"
}

type wrapper struct{ it *item }

func sendStruct(ch chan wrapper) {
	it := &item{}
	ch <- wrapper{it: it}
	it.name = "x" // want "`it\\.name` is changed after it was published: sent on `ch`"
}

func sendStructPtr(ch chan *wrapper) {
	it := &item{}
	ch <- &wrapper{it: it}
	it.name = "x" // want "`it\\.name` is changed after it was published: sent on `ch`"
}

func sendSliceOf(ch chan []*item) {
	it := &item{}
	ch <- []*item{it}
	it.name = "x" // want "`it\\.name` is changed after it was published: sent on `ch`"
}

func goArg(out chan<- string) {
	it := &item{}
	go func(i *item) { out <- i.name }(it)
	it.name = "x" // want "`it\\.name` is changed after it was published: a goroutine has it"
}

func reader(i *item, out chan<- string) { out <- i.name }

func goNamed(out chan<- string) {
	it := &item{}
	go reader(it, out)
	it.name = "x" // want "`it\\.name` is changed after it was published: the goroutine `reader` has it"
}

func (it *item) run(out chan<- string) { out <- it.name }

func goMethod(out chan<- string) {
	it := &item{}
	go it.run(out)
	it.name = "x" // want "`it\\.name` is changed after it was published: the goroutine `\\(\\*item\\)\\.run` has it"
}

func goMap(out chan<- int) {
	m := map[string]int{}
	go func() { out <- m["a"] }()
	m["b"] = 1 // want "`m\\[\"b\"\\]` is changed after it was published: a goroutine has it"
}

func goSlice(s []int, out chan<- int) {
	go func() { out <- s[0] }()
	s[0] = 1 // want "`s\\[0\\]` is changed after it was published: a goroutine has it"
}

func selectSend(ch chan *item, stop chan struct{}) {
	it := &item{}
	select {
	case ch <- it:
	case <-stop:
		return
	}
	it.name = "x" // want "`it\\.name` is changed after it was published: sent on `ch`"
}

func conditional(ch chan *item, c bool) {
	it := &item{}
	if c {
		ch <- it
	}
	it.name = "x" // want "`it\\.name` is changed after it was published: sent on `ch`"
}

func deferWrite(it *item, ch chan *item) {
	defer func() { it.name = "done" }() // want "`it\\.name` is changed after it was published: sent on `ch`"
	ch <- it
}

func interfaceSend(ch chan any) {
	it := &item{}
	ch <- it
	it.name = "x" // want "`it\\.name` is changed after it was published: sent on `ch`"
}

func unmarshal(data []byte) {
	it := &item{}
	current.Store(it)
	_ = json.Unmarshal(data, it) // want "`it` is changed after it was published: stored in `current`"
}

func set(m map[string]int, k string) { m[k] = 1 }

func inCallee(ch chan map[string]int) {
	m := map[string]int{}
	ch <- m
	set(m, "a") // want "`m` is changed after it was published: sent on `ch`"
}

func (it *item) setName(s string) { it.name = s }

func inMethod(ch chan *item) {
	it := &item{}
	ch <- it
	it.setName("a") // want "`it` is changed after it was published: sent on `ch`"
}

func submit(ch chan *item, it *item) { ch <- it }

func viaSubmit(ch chan *item) {
	it := &item{}
	submit(ch, it)
	it.n = 1 // want "`it\\.n` is changed after it was published: sent on `ch`"
}

type pool struct{ jobs chan *item }

func (p *pool) Submit(it *item) { p.jobs <- it }

func viaMethodSubmit(p *pool, it *item) {
	p.Submit(it)
	it.n = 1 // want "`it\\.n` is changed after it was published: sent on `p\\.jobs`"
}

func field(h *holder) {
	m := map[string]int{}
	h.table.Store(&m)
	m["x"] = 1 // want "`m\\[\"x\"\\]` is changed after it was published: stored in `h\\.table`"
}

type holder struct {
	table atomic.Pointer[map[string]int]
}

func fieldPtr(h *holder, m *map[string]int) {
	h.table.Store(m)
	(*m)["x"] = 1 // want "`\\(\\*m\\)\\[\"x\"\\]` is changed after it was published: stored in `h\\.table`"
}

func swapSlice(i, j int) {
	s := []int{1, 2, 3}
	list.Store(&s)
	s[i], s[j] = s[j], s[i] // want "`s\\[i\\]` is changed after it was published: stored in `list`"
}

func headerWrite() {
	s := []int{1, 2, 3}
	list.Store(&s)
	s = append(s, 4) // want "`s` is changed after it was published: stored in `list`"
}

func ptrToElem(ch chan []item) {
	items := make([]item, 3)
	p := &items[0]
	ch <- items
	p.name = "x" // want "`p\\.name` is changed after it was published: sent on `ch`"
}

type listener struct {
	mut     sync.RWMutex
	address *url.URL
	uri     *url.URL
}

func (t *listener) get() string {
	t.mut.RLock()
	defer t.mut.RUnlock()
	return t.address.String()
}

// The variable is the same in each turn, and its address is in the listener.
func (t *listener) renew(next func() string, notify func(*listener)) {
	var uri url.URL
	for {
		changed := false
		uri = *t.uri // want "`uri` is changed after it was published: stored in `t.address`"
		uri.Host = next()
		t.mut.Lock()
		if t.address == nil || t.address.String() != uri.String() {
			t.address = &uri
			changed = true
		}
		t.mut.Unlock()
		if changed {
			notify(t)
		}
	}
}

type hub struct {
	mu    sync.Mutex
	conns map[string]*link
}
type link struct {
	hub  *hub
	mu   sync.Mutex
	addr string
	cv   *sync.Cond
}

func (a *link) tear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cv.Broadcast()
}

func (c *hub) close() {
	c.mu.Lock()
	conns := c.conns
	c.conns = nil
	c.mu.Unlock()
	for _, a := range conns {
		a.tear()
	}
}

// Whoever walks the map finds the link without its condition.
func (c *hub) reset(addr string) {
	a := &link{hub: c, addr: addr}
	a.hub.mu.Lock()
	if a.hub.conns == nil {
		a.hub.mu.Unlock()
		return
	}
	stale := a.hub.conns[a.addr]
	a.hub.conns[a.addr] = a
	a.hub.mu.Unlock()
	if stale != nil {
		stale.tear()
	}
	a.cv = sync.NewCond(&a.mu) // want "`a\\.cv` is changed after it was published: stored in `c.conns`"
}
