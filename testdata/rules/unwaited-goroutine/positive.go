// Command positive ends too early.
package main

import "os"

func work() { os.Remove("x") }

func main() {
	if len(os.Args) > 1 {
		go work() // want "`main` may end before this goroutine"
		return
	}
	done := make(chan bool)
	go func() {
		work()
		close(done)
	}()
	<-done
}
