// Package negative leaves room for signals, or doesn't say how much.
package negative

import (
	"os"
	"os/signal"
	"syscall"
)

func given(c chan os.Signal) {
	signal.Notify(c, os.Interrupt)
}

func many(n int) {
	c := make(chan os.Signal, n)
	signal.Notify(c)
	<-c
}

func elsewhere(registered func() chan os.Signal) {
	c := registered()
	signal.Notify(c)
	<-c
}

func stopped() {
	c := make(chan os.Signal)
	signal.Stop(c)
}

type notifier struct{}

func (notifier) Notify(c chan os.Signal) {}

func other(signal notifier) {
	c := make(chan os.Signal)
	signal.Notify(c)
}

var hangups = make(chan os.Signal, 1)

func global() {
	signal.Notify(hangups, syscall.SIGHUP)
	<-hangups
}
