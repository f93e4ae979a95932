// Package positive defers for ever.
package positive

import (
	"os"
	"sync"
	"time"
)

type worker struct {
	wg   sync.WaitGroup
	jobs chan func()
}

func (w *worker) run() {
	for job := range w.jobs {
		defer w.wg.Done() // want "`w.wg.Done` doesn't run"
		job()
	}
}

func tick(log func(string)) {
	go func() {
		for {
			defer func() { // want "the function never runs"
				log("over")
			}()
			time.Sleep(time.Second)
		}
	}()
}

func nested(names [][]string, read func(*os.File)) {
	for {
		for _, some := range names {
			for _, name := range some {
				file, err := os.Open(name)
				if err == nil {
					defer file.Close() // want "`file.Close` never runs"
					read(file)
				}
			}
		}
	}
}

func both(in <-chan string) {
	for {
		select {
		case name := <-in:
			file, _ := os.Open(name)
			defer file.Close() // want "`file.Close` never runs"
		case <-time.After(time.Second):
		}
	}
}
