// Command negative waits.
package main

import (
	"os"
	"time"
)

func work() { os.Remove("x") }

func main() {
	go func() {
		for {
			work()
		}
	}()
	go work()
	time.Sleep(time.Second)
}
