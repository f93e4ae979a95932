// Package positive changes what others read.
package positive

import (
	"slices"
	"sort"
	"sync/atomic"
)

type config struct {
	limit int
	hosts map[string]string
	rules []string
	sub   *section
}

type section struct{ on bool }

type holder struct {
	conf  atomic.Pointer[config]
	table atomic.Pointer[map[string]int]
	list  atomic.Pointer[[]int]
	any   atomic.Value
}

func (h *holder) get() *config { return h.conf.Load() }

func (h *holder) field() {
	c := h.conf.Load()
	c.limit = 1 // want "is changed in place, .* loaded from `holder.conf`"
}

func (h *holder) direct() {
	h.conf.Load().limit = 1 // want "is changed in place, .* loaded from `holder.conf`"
}

func (h *holder) inner() {
	c := h.conf.Load()
	c.hosts["a"] = "b" // want "is changed in place, .* loaded from `holder.conf`"
}

func (h *holder) deep() {
	h.get().sub.on = true // want "is changed in place, .* loaded from `holder.conf`"
}

func (h *holder) mapped(k string) {
	m := h.table.Load()
	(*m)[k]++ // want "is changed in place, .* loaded from `holder.table`"
}

func (h *holder) deleted(k string) {
	delete(*h.table.Load(), k) // want "is changed in place, .* loaded from `holder.table`"
}

func (h *holder) sorted() []int {
	s := *h.list.Load()
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] }) // want "is changed in place, .* loaded from `holder.list`"
	return s
}

func (h *holder) reversed() {
	slices.Reverse(*h.list.Load()) // want "is changed in place, .* loaded from `holder.list`"
}

func (h *holder) filtered(keep func(int) bool) []int {
	s := *h.list.Load()
	out := s[:0]
	for _, v := range s {
		if keep(v) {
			out = append(out, v) // want "is changed in place, .* loaded from `holder.list`"
		}
	}
	return out
}

func (h *holder) copied(values []int) {
	copy(*h.list.Load(), values) // want "is changed in place, .* loaded from `holder.list`"
}

func (h *holder) value() {
	c, ok := h.any.Load().(*config)
	if !ok {
		return
	}
	c.limit++ // want "is changed in place, .* loaded from `holder.any`"
}

func disable(c *config) { c.limit = 0 }

func (h *holder) callee() {
	disable(h.conf.Load()) // want "is changed in place, .* loaded from `holder.conf`"
}

// The copy of a struct shares its maps.
func (h *holder) shallow() {
	c := *h.conf.Load()
	c.hosts["a"] = "b" // want "is changed in place, .* loaded from `holder.conf`"
	h.conf.CompareAndSwap(nil, &c)
}

// The first Store publishes what the next line changes.
func (h *holder) first(k string) {
	m := h.table.Load()
	if m == nil {
		m = &map[string]int{}
		h.table.CompareAndSwap(nil, m)
	}
	(*m)[k] = 1 // want "is changed in place"
}
