// Package names has annotations that lead nowhere, and others.
package names

import "sync"

var tableMu sync.RWMutex

// +checklocks:tableMu
var table map[string]int

// +checklocks:tablesMu
var tables int // want "`\\+checklocks:tablesMu` names no lock"

type cache struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	inner struct {
		mu sync.Mutex
		// +checklocks:mu
		size int
		// +checklocks:lock
		used int // want "`\\+checklocks:lock` names no lock"
	}

	// +checklocks:mu
	// +checklocks:inner.mu
	// +checklocks:tableMu
	items []string

	// +checklocks:name
	named int // want "`\\+checklocks:name` names no lock"
	name  string

	// +checklocks:mu
	// +checklocks:mu
	twice int // want "`\\+checklocks:mu` is there twice"

	// +checklocksread:rw
	misplaced int // want "`\\+checklocksread:rw` doesn't belong at a field or variable"

	// +checkatomic
	// +checklocksignore
	torn int32 // want "`\\+checkatomic` contradicts `\\+checklocksignore`"

	// +checkatomicity
	typo int32 // want "`\\+checkatomicity` is no annotation"

	// +checkescape:all
	other int
}

// +checklocks:c.mu
// +checklocksread:c.rw
func (c *cache) sizeLocked() int { return c.inner.size }

// +checklocks:c.mutex
func (c *cache) nameLocked() string { return c.name } // want "`\\+checklocks:c.mutex` names no lock"

// +checklocksread:c.mu
func (c *cache) readLocked() string { return c.name } // want "`\\+checklocksread:c.mu` names a lock that can't be held for reading"

// +checklocks:c.mu
// +checklocksexclude:c.mu
func (c *cache) neither() {} // want "`\\+checklocksexclude:c.mu` contradicts another one"

// +checklocks:found.mu
func find() (found *cache) { return nil } // want "`\\+checklocks:found.mu` names a result"

// +checkatomic
func atomically() {} // want "`\\+checkatomic` doesn't belong at a function"

type holder struct{ mu *sync.Mutex }

// +checklocksalias:held.mu=mu
type owner struct {
	mu   sync.Mutex
	held holder
}

// +checklocksalias:held.mu
type formless struct{ held holder } // want "`\\+checklocksalias:held.mu` has no form that can be read"

// +checklocksalias:mu=mu
type itself struct{ mu *sync.Mutex } // want "`\\+checklocksalias:mu=mu` names one lock twice"

// +checklocksalias:one=other
type apart struct { // want "`\\+checklocksalias:one=other` can't hold"
	one, other sync.Mutex
}

// +checklocksalias:mu=held.lock
type lost struct { // want "`\\+checklocksalias:mu=held.lock` names no lock"
	mu   sync.Mutex
	held holder
}

// +checklocksalias:mu=held.mu
// +checklocksalias:held.mu=mu
type repeated struct { // want "`\\+checklocksalias:held.mu=mu` is redundant"
	mu   sync.Mutex
	held holder
}

// +checklocksalias:owner.held.mu=owner.mu
type wider struct { // want "`\\+checklocksalias:owner.held.mu=owner.mu` is redundant"
	owner owner
}

// +checklocksalias:a=b
type number int // want "`\\+checklocksalias:a=b` doesn't belong there"
