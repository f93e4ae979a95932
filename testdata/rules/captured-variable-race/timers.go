// Package timers has nothing to do with concurrency but for what is run later.
package timers

import (
	"context"
	"time"
)

func Wait(work func()) int {
	n := 0
	time.AfterFunc(time.Second, func() { n = 1 }) // want "`n` is written in a goroutine while `Wait` reads it"
	for n == 0 {
		work()
	}
	return n
}

func Watch(ctx context.Context, work func()) bool {
	called := false
	context.AfterFunc(ctx, func() { called = true }) // want "`called` is written in a goroutine while `Watch` reads it"
	work()
	return called
}

func Announce(ctx context.Context, work func()) {
	name := "work"
	stop := context.AfterFunc(ctx, func() { println(name, "is called off") })
	defer stop()
	work()
}

// A timer that is set tells nothing of who works meanwhile.
func Ask(work func() string, limit time.Duration) (answer string) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		answer = work() // want "`answer` is written in a goroutine while `Ask` writes it"
	}()
	select {
	case <-timer.C:
		answer = "timeout"
	case <-done:
	}
	return answer
}

// What is waited for once more has come to its end.
func AskAgain(work func() string, limit time.Duration) (answer string) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		answer = work()
	}()
	select {
	case <-timer.C:
		println("slow")
		<-done
	case <-done:
	}
	return answer
}
