// Package negative counts before it waits.
package negative

import "sync"

// It counts what it is sent, not itself.
type dispatcher struct {
	wg  sync.WaitGroup
	in  chan int
	out chan int
}

func (d *dispatcher) start() { go d.run() }

func (d *dispatcher) run() {
	for n := range d.in {
		d.wg.Add(1)
		if n < 0 {
			d.wg.Done()
			continue
		}
		d.out <- n
	}
}

func (d *dispatcher) close() {
	d.wg.Wait()
	close(d.in)
}

// Each is done before it waits for the other; the second waits, and the first doesn't.
func meets(load, show func()) {
	var loaded, shown sync.WaitGroup
	loaded.Add(1)
	shown.Add(1)
	go func() {
		load()
		loaded.Done()
		shown.Wait()
	}()
	go func() {
		defer shown.Done()
		loaded.Wait()
		show()
	}()
	loaded.Wait()
	shown.Wait()
}

func waitsPerhaps(load, show func(), quick bool) {
	var loaded, shown sync.WaitGroup
	loaded.Add(1)
	shown.Add(1)
	go func() {
		defer loaded.Done()
		load()
		if !quick {
			shown.Wait()
		}
	}()
	go func() {
		defer shown.Done()
		if quick {
			loaded.Wait()
		}
		show()
	}()
	loaded.Wait()
	shown.Wait()
}

// Who waits has sent before what the goroutine takes when it is counted.
type listener struct {
	wg    sync.WaitGroup
	leave chan bool
	lines chan string
}

func listen() *listener {
	l := &listener{leave: make(chan bool), lines: make(chan string)}
	go l.run()
	return l
}

func (l *listener) run() {
	l.wg.Add(1)
	defer l.wg.Done()
	for {
		select {
		case <-l.leave:
			return
		case line := <-l.lines:
			println(line)
		}
	}
}

func (l *listener) stop() {
	l.leave <- true
	l.wg.Wait()
}
