// Package negative limits them.
package negative

import (
	"net"
	"sync"
	"time"
)

func serve(l net.Listener, answer func(net.Conn)) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go answer(conn)
	}
}

func ticks(work func()) {
	for {
		<-time.After(time.Second)
		go work()
	}
}

type semaphore struct{ slots chan struct{} }

func (s *semaphore) Acquire() { s.slots <- struct{}{} }
func (s *semaphore) Release() { <-s.slots }

func acquired(s *semaphore, tasks <-chan func()) {
	for task := range tasks {
		s.Acquire()
		go func() {
			defer s.Release()
			task()
		}()
	}
}

func inside(tokens chan struct{}, tasks <-chan func()) {
	for task := range tasks {
		go func() {
			tokens <- struct{}{}
			defer func() { <-tokens }()
			task()
		}()
	}
}

func rounds(rounds [][2]func()) {
	for _, round := range rounds {
		var wg sync.WaitGroup
		wg.Go(round[0])
		wg.Go(round[1])
		wg.Wait()
	}
}

func array(fs [4]func()) {
	for _, f := range fs {
		go f()
	}
}
