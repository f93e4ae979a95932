// Package negative reads snapshots and changes copies.
package negative

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

type config struct {
	limit int
	hosts map[string]string
	rules []string
	stats *stats
}

type stats struct {
	hits atomic.Int64
	mu   sync.Mutex
	last string
}

type holder struct {
	conf  atomic.Pointer[config]
	table atomic.Pointer[map[string]int]
	list  atomic.Pointer[[]int]
}

func (h *holder) update(limit int) {
	for {
		old := h.conf.Load()
		c := *old
		c.limit = limit
		c.hosts = maps.Clone(old.hosts)
		c.hosts["self"] = "here"
		c.rules = append(slices.Clip(c.rules), "last")
		if h.conf.CompareAndSwap(old, &c) {
			return
		}
	}
}

func (h *holder) set(k string) {
	for {
		old := h.table.Load()
		m := make(map[string]int, len(*old)+1)
		for key, n := range *old {
			m[key] = n
		}
		m[k]++
		if h.table.CompareAndSwap(old, &m) {
			return
		}
	}
}

func (h *holder) sorted() []int {
	s := slices.Clone(*h.list.Load())
	slices.Sort(s)
	return s
}

func (h *holder) made() []int {
	old := *h.list.Load()
	s := make([]int, len(old))
	copy(s, old)
	s[0] = 1
	return s
}

func (h *holder) grown() []int {
	s := append([]int(nil), *h.list.Load()...)
	s[0] = 1
	return s
}

func (h *holder) counted() {
	h.conf.Load().stats.hits.Add(1)
}

func (h *holder) guarded(s string) {
	st := h.conf.Load().stats
	st.mu.Lock()
	defer st.mu.Unlock()
	st.last = s
}

// Rebound before the write.
func (h *holder) rebound() *config {
	c := h.conf.Load()
	if c == nil || c.limit == 0 {
		c = &config{}
		c.limit = 1
	}
	return c
}

// A pointer to an object that lives on its own, not to a snapshot: it is guarded by its own lock.
type node struct {
	mu    sync.Mutex
	value int
}

type ring struct {
	head atomic.Pointer[node]
}

func (r *ring) bump() {
	n := r.head.Load()
	n.mu.Lock()
	n.value++
	n.mu.Unlock()
}

func sum(values []int) (total int) {
	for _, v := range values {
		total += v
	}
	return total
}

func (h *holder) passed() int { return sum(*h.list.Load()) }

// Who moves the tail on without a lock takes things out alone.
type item struct {
	next  *item
	value any
}

type mailbox struct{ head, tail *item }

func (m *mailbox) put(value any) {
	one := &item{value: value}
	last := (*item)(atomic.SwapPointer((*unsafe.Pointer)(unsafe.Pointer(&m.head)), unsafe.Pointer(one)))
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(&last.next)), unsafe.Pointer(one))
}

func (m *mailbox) take() any {
	tail := m.tail
	next := (*item)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&tail.next))))
	if next == nil {
		return nil
	}
	m.tail = next
	value := next.value
	next.value = nil
	return value
}
