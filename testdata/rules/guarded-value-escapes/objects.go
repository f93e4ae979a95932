// Package objects finds objects under a lock, and goes on with them.
package objects

import "sync"

type member struct {
	name  string
	state int
}

type group struct {
	mu      sync.RWMutex
	members map[string]*member
	order   []*member
	leader  *member
}

func newGroup() *group { return &group{members: map[string]*member{}} }

func (g *group) join(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := &member{name: name}
	m.state = 1
	g.members[name] = m
	g.order = append(g.order, m)
}

func (g *group) mark(name string, state int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.members[name]; m != nil {
		m.state = state
	}
}

// --- the pointer is looked up under the lock, what it leads to is read without

func (g *group) State(name string) int {
	g.mu.RLock()
	m, ok := g.members[name]
	g.mu.RUnlock()
	if !ok {
		return 0
	}
	return m.state // want "`member.state` is read after `group.mu` was given back, of an object that was found under it"
}

func (g *group) Reset(name string) {
	var m *member
	g.mu.Lock()
	if m = g.members[name]; m == nil {
		g.mu.Unlock()
		return
	}
	g.mu.Unlock()
	m.state = 0 // want "`member.state` is written after `group.mu` was given back"
}

func (g *group) find(name string) *member {
	if g.leader != nil && g.leader.name == name {
		return nil
	}
	return g.members[name]
}

func (g *group) Ask(name string) int {
	g.mu.RLock()
	m := g.find(name)
	g.mu.RUnlock()
	if m == nil {
		return -1
	}
	return m.state // want "`member.state` is read after `group.mu` was given back"
}

// --- what is never written again, or copied in time

func (g *group) Name(name string) string {
	g.mu.RLock()
	m := g.members[name]
	g.mu.RUnlock()
	return m.name
}

func (g *group) Copied(name string) int {
	g.mu.RLock()
	m := g.members[name]
	state := m.state
	g.mu.RUnlock()
	return state
}

// --- whom nobody finds any more

func (g *group) Leave(name string) int {
	g.mu.Lock()
	m := g.members[name]
	delete(g.members, name)
	g.mu.Unlock()
	return m.state
}

func (g *group) First() int {
	g.mu.Lock()
	m := g.order[0]
	g.order = g.order[1:]
	g.mu.Unlock()
	return m.state
}

// --- an object with a lock of its own

type account struct {
	mu      sync.Mutex
	balance int
}

type bank struct {
	mu       sync.Mutex
	accounts map[string]*account
}

func (b *bank) Pay(name string, n int) {
	b.mu.Lock()
	a := b.accounts[name]
	b.mu.Unlock()
	a.mu.Lock()
	a.balance += n
	a.mu.Unlock()
}

func (b *bank) Close(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.accounts[name]
	a.mu.Lock()
	a.balance = 0
	a.mu.Unlock()
}

// --- what is made ready under the lock isn't found yet

type settings struct{ filter, base string }

type provider struct {
	mu  sync.RWMutex
	set *settings
}

func (p *provider) Initialize(given any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	set := &settings{}
	if one, ok := given.(*settings); ok {
		set = one
	}
	if set.filter == "" {
		set.filter = "all"
	}
	p.set = set
	set.base = "late"
}

func (p *provider) Find() string {
	p.mu.RLock()
	set := p.set
	p.mu.RUnlock()
	return set.filter
}

func (p *provider) Base() string {
	p.mu.RLock()
	set := p.set
	p.mu.RUnlock()
	return set.base // want "`settings.base` is read after `provider.mu` was given back"
}

// --- whether it is there at all is asked of what is mostly set once

type plan struct{ next *string }

type agenda struct {
	mu   sync.Mutex
	plan *plan
}

func (a *agenda) Set(next string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.plan.next = &next
}

func (a *agenda) IsEmpty() bool {
	a.mu.Lock()
	plan := a.plan
	a.mu.Unlock()
	return plan.next == nil
}

func (a *agenda) Next() string {
	a.mu.Lock()
	plan := a.plan
	a.mu.Unlock()
	return *plan.next // want "`plan.next` is read after `agenda.mu` was given back"
}
