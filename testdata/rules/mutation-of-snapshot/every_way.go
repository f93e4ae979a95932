// Package everyway changes what others read in every way that there is.
package everyway

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"unsafe"
)

type sub struct {
	on   bool
	list []int
}

type config struct {
	limit int
	hosts map[string]string
	rules []string
	sub   *sub
	val   sub
	grid  [3]int
	nodes map[string]*sub
	ptrs  []*sub
}

type holder struct {
	conf  atomic.Pointer[config]
	table atomic.Pointer[map[string]int]
	deep  atomic.Pointer[map[string]*sub]
	list  atomic.Pointer[[]int]
	subs  atomic.Pointer[[]*sub]
	vals  atomic.Pointer[[]sub]
	any   atomic.Value
	m     sync.Map
	mu    sync.Mutex
	raw   unsafe.Pointer
}

func (h *holder) get() *config { return h.conf.Load() }

func (h *holder) get2() *config {
	c := h.conf.Load()
	if c == nil {
		c = &config{}
		h.conf.Store(c)
	}
	return c
}

func (h *holder) get3() (*config, bool) {
	c := h.conf.Load()
	return c, c != nil
}

func (h *holder) getMap() map[string]int { return *h.table.Load() }

func (h *holder) getHosts() map[string]string { return h.conf.Load().hosts }

func (h *holder) getAny() *config { return h.any.Load().(*config) }

func (h *holder) getAny2() *config {
	v := h.any.Load()
	if v == nil {
		return nil
	}
	c, _ := v.(*config)
	return c
}

func (h *holder) a1() { h.get().limit = 1 } // want "`h\\.get\\(\\)\\.limit` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) a2() { h.get2().limit = 1 } // want "`h\\.get2\\(\\)\\.limit` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) a3() {
	c, ok := h.get3()
	if ok {
		c.limit = 1 // want "`c\\.limit` is changed in place, .* loaded from `holder\\.conf`"
	}
}
func (h *holder) a4() { h.getMap()["a"] = 1 } // want "`h\\.getMap\\(\\)\\[\"a\"\\]` is changed in place, .* loaded from `holder\\.table`"
func (h *holder) a5() { h.getHosts()["a"] = "b" } // want "`h\\.getHosts\\(\\)\\[\"a\"\\]` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) a6() { h.getAny().limit++ } // want "`h\\.getAny\\(\\)\\.limit` is changed in place, .* loaded from `holder\\.any`"
func (h *holder) a7() { h.getAny2().limit++ } // want "`h\\.getAny2\\(\\)\\.limit` is changed in place, .* loaded from `holder\\.any`"
func (h *holder) a8() { delete(h.getHosts(), "a") } // want "`h\\.getHosts\\(\\)` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) a9() { clear(h.getMap()) } // want "`h\\.getMap\\(\\)` is changed in place, .* loaded from `holder\\.table`"
func (h *holder) a10() { sort.Ints(*h.list.Load()) } // want "`\\*h\\.list\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.list`"
func (h *holder) a11(v []int) { copy((*h.list.Load())[1:], v) } // want "`\\*h\\.list\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.list`"
func (h *holder) a12() { slices.Sort(*h.list.Load()) } // want "`\\*h\\.list\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.list`"
func (h *holder) a13() {
	s := *h.list.Load()
	s = append(s[:0], 1) // want "`s` is changed in place, .* loaded from `holder\\.list`"
	_ = s
}
func (h *holder) a14() { (*h.deep.Load())["a"].on = true } // want "`\\(\\*h\\.deep\\.Load\\(\\)\\)\\[\"a\"\\]\\.on` is changed in place, .* loaded from `holder\\.deep`"
func (h *holder) a15() {
	for _, s := range *h.subs.Load() {
		s.on = true // want "`s\\.on` is changed in place, .* loaded from `holder\\.subs`"
	}
}
func (h *holder) a16() {
	vs := *h.vals.Load()
	for i := range vs {
		vs[i].on = true // want "`vs\\[i\\]\\.on` is changed in place, .* loaded from `holder\\.vals`"
	}
}
func (h *holder) a17() {
	vs := *h.vals.Load()
	p := &vs[0]
	p.on = true // want "`p\\.on` is changed in place, .* loaded from `holder\\.vals`"
}
func (h *holder) a18() { h.conf.Load().grid[1] = 2 } // want "`h\\.conf\\.Load\\(\\)\\.grid\\[1\\]` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) a19() { h.conf.Load().val.on = true } // want "`h\\.conf\\.Load\\(\\)\\.val\\.on` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) a20() { h.conf.Load().nodes["x"].on = true } // want "`h\\.conf\\.Load\\(\\)\\.nodes\\[\"x\"\\]\\.on` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) a21() { h.conf.Load().ptrs[0].list[1] = 3 } // want "`h\\.conf\\.Load\\(\\)\\.ptrs\\[0\\]\\.list\\[1\\]` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) a22() { maps.Copy(*h.table.Load(), map[string]int{}) } // want "`\\*h\\.table\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.table`"
func (h *holder) a23() { maps.DeleteFunc(*h.table.Load(), func(string, int) bool { return true }) } // want "`\\*h\\.table\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.table`"
func (h *holder) a24() { *h.conf.Load() = config{} } // want "`\\*h\\.conf\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) a25(b []byte) { _ = json.Unmarshal(b, h.conf.Load()) } // want "`h\\.conf\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.conf`"

func (h *holder) a26() {
	if v, ok := h.m.Load("a"); ok {
		v.(*config).limit = 1 // want "`v\\.\\(\\*config\\)\\.limit` is changed in place, .* loaded from `holder\\.m`"
	}
}
func (h *holder) a27() {
	v, _ := h.m.LoadOrStore("a", &config{})
	c := v.(*config)
	c.limit++ // want "`c\\.limit` is changed in place, .* loaded from `holder\\.m`"
}
func (h *holder) a29() {
	c := (*config)(atomic.LoadPointer(&h.raw))
	c.limit = 1 // want "`c\\.limit` is changed in place, .* loaded from `holder\\.raw`"
}
func (h *holder) a30() {
	switch c := h.any.Load().(type) {
	case *config:
		c.limit = 2 // want "`c\\.limit` is changed in place, .* loaded from `holder\\.any`"
	}
}
func (h *holder) a31() {
	m := h.any.Load().(map[string]int)
	m["a"] = 1 // want "`m\\[\"a\"\\]` is changed in place, .* loaded from `holder\\.any`"
}

func mutate(c *config) { c.hosts["a"] = "x" }
func mutate2(c *config) { mutate(c) }
func mutateMap(m map[string]int) { m["a"]++ }
func mutateSlice(s []int) { s[0] = 1 }

func (h *holder) b1() { mutate(h.get()) } // want "`h\\.get\\(\\)` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) b2() { mutate2(h.conf.Load()) } // want "`h\\.conf\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) b3() { mutateMap(*h.table.Load()) } // want "`\\*h\\.table\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.table`"
func (h *holder) b4() { mutateSlice(*h.list.Load()) } // want "`\\*h\\.list\\.Load\\(\\)` is changed in place, .* loaded from `holder\\.list`"
func (c *config) setLimit(n int) { c.limit = n }
func (h *holder) b5() { h.get().setLimit(3) } // want "`h\\.get\\(\\)` is changed in place, .* loaded from `holder\\.conf`"
func (h *holder) b6() {
	c := *h.conf.Load()
	c.rules[0] = "x" // want "`c\\.rules\\[0\\]` is changed in place, .* loaded from `holder\\.conf`"
	h.conf.Store(&c)
}
func (h *holder) b7() {
	c := *h.conf.Load()
	c.sub.on = true // want "`c\\.sub\\.on` is changed in place, .* loaded from `holder\\.conf`"
	h.conf.Store(&c)
}
func (h *holder) b8() {
	old := h.conf.Load()
	c := &config{limit: old.limit, hosts: old.hosts}
	c.hosts["x"] = "y" // want "`c\\.hosts\\[\"x\"\\]` is changed in place, .* loaded from `holder\\.conf`"
	h.conf.Store(c)
}
func (h *holder) b9() {
	old := h.table.Load()
	m := *old
	m["x"] = 1 // want "`m\\[\"x\"\\]` is changed in place, .* loaded from `holder\\.table`"
	h.table.CompareAndSwap(old, &m)
}
func (h *holder) b10() {
	for {
		old := h.conf.Load()
		n := new(config)
		*n = *old
		n.hosts["x"] = "y" // want "`n\\.hosts\\[\"x\"\\]` is changed in place, .* loaded from `holder\\.conf`"
		if h.conf.CompareAndSwap(old, n) {
			return
		}
	}
}
func (h *holder) b11() {
	old := h.deep.Load()
	m := maps.Clone(*old)
	m["a"].on = true // want "`m\\[\"a\"\\]\\.on` is changed in place, .* loaded from `holder\\.deep`"
	h.deep.Store(&m)
}
func (h *holder) b12() {
	s := slices.Clone(*h.subs.Load())
	s[0].on = true // want "`s\\[0\\]\\.on` is changed in place, .* loaded from `holder\\.subs`"
	h.subs.Store(&s)
}
func (h *holder) b13() {
	old := h.conf.Load()
	old.limit = 2 // want "`old\\.limit` is changed in place, .* loaded from `holder\\.conf`"
	h.conf.CompareAndSwap(old, old)
}
func (h *holder) b14() {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.conf.Load()
	c.limit = 1 // want "`c\\.limit` is changed in place, .* loaded from `holder\\.conf`"
	h.conf.Store(c)
}

var global atomic.Pointer[config]

func cfg() *config { return global.Load() }

func b15() { cfg().limit = 3 } // want "`cfg\\(\\)\\.limit` is changed in place, .* loaded from `global`"
func b16() {
	c := cfg()
	c.hosts["a"] = "b" // want "`c\\.hosts\\[\"a\"\\]` is changed in place, .* loaded from `global`"
}
func b17() {
	defer func() { cfg().limit = 0 }() // want "`cfg\\(\\)\\.limit` is changed in place, .* loaded from `global`"
}
func b18() {
	c := cfg()
	func() { c.limit = 1 }() // want "`c\\.limit` is changed in place, .* loaded from `global`"
}
func b19() {
	c := cfg()
	go func() { c.limit = 1 }() // want "`c\\.limit` is changed in place, .* loaded from `global`"
}

type iface interface{ get() *config }

var _ iface = (*holder)(nil)

func b21(i iface) { i.get().limit = 1 } // want "`i\\.get\\(\\)\\.limit` is changed in place, .* loaded from `holder\\.conf`"

type embed struct{ holder }

func (e *embed) b22() { e.conf.Load().limit = 1 } // want "`e\\.conf\\.Load\\(\\)\\.limit` is changed in place, .* loaded from `holder\\.conf`"


func b24[T any](p *atomic.Pointer[map[string]T], v T) {
	(*p.Load())["a"] = v // want "`\\(\\*p\\.Load\\(\\)\\)\\[\"a\"\\]` is changed in place, .* loaded from `p`"
}
func b25() {
	p := &cfg().limit
	*p = 3 // want "`\\*p` is changed in place, .* loaded from `global`"
}
func b26() {
	c := cfg()
	c.rules = append(c.rules, "x") // want "`c\\.rules` is changed in place, .* loaded from `global`"
}
func b27() {
	r := cfg().rules
	r = append(r[:1], r[2:]...) // want "`r` is changed in place, .* loaded from `global`"
	_ = r
}
func b28() {
	c := cfg()
	c.val.list[0]++ // want "`c\\.val\\.list\\[0\\]` is changed in place, .* loaded from `global`"
	c.limit, c.val.on = 1, true // want "`c\\.limit` is changed in place, .* loaded from `global`"
}
func b29() {
	cs := []*config{cfg()}
	cs[0].limit = 1 // want "`cs\\[0\\]\\.limit` is changed in place, .* loaded from `global`"
}

func innerMut() { cfg().limit = 3 } // want "`cfg\\(\\)\\.limit` is changed in place, .* loaded from `global`"
func outer() { innerMut() }

func innerMut2(h *holder) { h.conf.Load().limit = 3 } // want "`h\\.conf\\.Load\\(\\)\\.limit` is changed in place, .* loaded from `holder\\.conf`"
func outer2(h *holder) { innerMut2(h) }
