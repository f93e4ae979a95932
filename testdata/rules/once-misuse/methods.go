// Package cases gives methods of its objects to sync.Once.
package cases

import "sync"

type menu struct {
	once  sync.Once
	ready sync.Once
	parts []string
	inner *menu
}

// The method that runs once calls the one that waits for it.
func (m *menu) build() { m.parts = append(m.first(), "more") }

func (m *menu) first() []string {
	m.once.Do(m.build) // want "`m.once.Do` is called by what `m.once.Do` runs"
	return m.parts
}

// What is built first is another menu.
func (m *menu) second() []string {
	m.ready.Do(m.inner.prepare)
	return m.parts
}

func (m *menu) prepare() {
	if m.inner != nil {
		m.inner.second()
	}
}

func copyFrom(m, other *menu) {
	m.ready.Do(other.copies)
}

func (m *menu) copies() { copyFrom(m.inner, m) }
