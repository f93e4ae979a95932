// Package positive drains what isn't there.
package positive

import "time"

type retry struct {
	timer *time.Timer
}

func (r *retry) again(d time.Duration) {
	if active := r.timer.Reset(d); !active { // want "what `r.timer.Reset.d.` returns can't tell"
		<-r.timer.C
	}
}

func afterwards(in <-chan int) int {
	t := time.NewTimer(time.Second)
	n := 0
	select {
	case n = <-in:
	case <-t.C:
	}
	if !t.Stop() {
		<-t.C // want "this waits for ever when the timer's value was received before `t.Stop"
	}
	return n
}

func (r *retry) loop(in <-chan func()) {
	for {
		select {
		case f := <-in:
			if !r.timer.Stop() {
				<-r.timer.C // want "this waits for ever"
			}
			f()
		case <-r.timer.C:
		}
	}
}
