// Package cases asks atomics by functions.
package cases

import (
	"runtime"
	"sync/atomic"
)

type door struct {
	open  atomic.Bool
	asked int
	next  *door
}

func (d *door) isOpen() bool { return d.open.Load() }

func (d *door) take() bool { return d.open.CompareAndSwap(false, true) }

func isOpen(d *door) bool { return d.open.Load() }

func (d *door) shut() { d.open.Store(false) }

func (d *door) politely() bool {
	runtime.Gosched()
	return d.open.Load()
}

func (d *door) count() bool {
	d.asked++
	return d.open.Load()
}

func wait(d *door) {
	for !d.isOpen() { // want "this loop asks `d.open` again and again"
	}
}

func waitByFunction(d *door) {
	for {
		if isOpen(d) { // want "this loop asks `d.open` again and again"
			return
		}
	}
}

func lock(d *door) {
	for !d.take() { // want "this loop asks `d.open` again and again"
	}
}

func yields(d *door) {
	for !d.politely() {
	}
}

func counts(d *door) {
	for !d.count() {
	}
}

func firstOpen(d *door) *door {
	for d != nil && !d.isOpen() {
		d = d.next
	}
	return d
}
