// Package positive registers channels without a buffer.
package positive

import (
	"os"
	"os/signal"
	"syscall"
)

func direct() {
	signal.Notify(make(chan os.Signal), os.Interrupt) // want "is lost"
}

func zero() <-chan os.Signal {
	c := make(chan os.Signal, 0)
	signal.Notify(c) // want "receives from `c` is lost"
	return c
}

func captured(done func()) {
	c := make(chan os.Signal)
	go func() {
		<-c
		done()
	}()
	signal.Notify(c, syscall.SIGTERM) // want "receives from `c` is lost"
}

func inside(done func()) {
	c := make(chan os.Signal)
	go func() {
		signal.Notify(c, syscall.SIGTERM) // want "receives from `c` is lost"
		<-c
		done()
	}()
}

var hangups = make(chan os.Signal)

func global() {
	signal.Notify(hangups, syscall.SIGHUP) // want "receives from `hangups` is lost"
	<-hangups
}
