// Package negative defers what runs.
package negative

import (
	"os"
	"sync"
)

func before(mu *sync.Mutex, step func()) {
	defer mu.Unlock()
	for {
		step()
	}
}

func slices(names []string, read func(*os.File)) {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		defer file.Close()
		read(file)
	}
}

func until(names <-chan string, enough func(*os.File) bool) {
	for name := range names {
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		defer file.Close()
		if enough(file) {
			break
		}
	}
}

func last(names <-chan string, read func(*os.File)) {
	for name := range names {
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		defer file.Close()
		read(file)
		return
	}
}

func labelled(step func() bool, end func()) {
loop:
	for {
		switch {
		case step():
			defer end()
			break loop
		}
	}
}
