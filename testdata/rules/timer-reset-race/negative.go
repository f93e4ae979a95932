// Package negative drains what is there.
package negative

import "time"

func flagged(in <-chan int) int {
	t := time.NewTimer(time.Second)
	n, fired := 0, false
	select {
	case n = <-in:
	case <-t.C:
		fired = true
	}
	if !fired && !t.Stop() {
		<-t.C
	}
	return n
}

func elsewhere(in <-chan int) int {
	t := time.NewTimer(time.Second)
	select {
	case n := <-in:
		if !t.Stop() {
			<-t.C
		}
		return n
	case <-t.C:
		return 0
	}
}

func rearmed(in <-chan int, use func(int)) {
	t := time.NewTimer(time.Second)
	for {
		select {
		case <-t.C:
		case n := <-in:
			if !t.Stop() {
				<-t.C
			}
			use(n)
		}
		t.Reset(time.Second)
	}
}

func others(a, b *time.Timer) {
	<-a.C
	if !b.Stop() {
		<-b.C
	}
}

func function(f func(), d time.Duration) bool {
	t := time.AfterFunc(d, f)
	return t.Stop() || t.Reset(d)
}
