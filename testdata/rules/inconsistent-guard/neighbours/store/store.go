// Package store leaves its fields to others.
package store

import "sync"

// Store is locked by whoever has it.
type Store struct {
	sync.Mutex
	Hits int
}
