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
