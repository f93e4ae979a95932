//go:build go1.22

// Package before is about timers that keep what they have sent.
package before

import "time"

func flagged(in <-chan int, use func(int)) {
	t := time.NewTimer(time.Second)
	waiting := true
	for {
		select {
		case n := <-in:
			use(n)
			if !waiting {
				waiting = true
				t.Reset(time.Second)
			}
		case <-t.C:
			waiting = false
		}
	}
}

func stopped(in <-chan int, use func(int)) {
	t := time.NewTimer(time.Second)
	for {
		select {
		case n := <-in:
			use(n)
			t.Stop()
			t.Reset(time.Second) // want "before Go 1.23 the timer may have fired already"
		case <-t.C:
			return
		}
	}
}

func drained(in <-chan int, use func(int)) {
	t := time.NewTimer(time.Second)
	for {
		select {
		case n := <-in:
			use(n)
			t.Stop()
			select {
			case <-t.C:
			default:
			}
			t.Reset(time.Second)
		case <-t.C:
			return
		}
	}
}
