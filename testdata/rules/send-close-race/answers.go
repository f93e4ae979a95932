package positive

import "errors"

func attempt(n int) error {
	if n > 3 {
		return errors.New("many")
	}
	return nil
}

// Answered hears of each request once before it closes.
func Answered(msg []int) (failed int) {
	requests := make(chan int)
	answers := make(chan error)
	for range min(4, len(msg)) {
		go func() {
			for i := range requests {
				answers <- attempt(msg[i])
			}
		}()
	}
	go func() {
		for i := range msg {
			requests <- i
		}
	}()
	for range msg {
		if err := <-answers; err != nil {
			failed++
		}
	}
	close(requests)
	return failed
}

// Unanswered hears of others.
func Unanswered(msg []int, answers chan error) (failed int) {
	requests := make(chan int)
	for range min(4, len(msg)) {
		go func() {
			for i := range requests {
				_ = attempt(msg[i])
			}
		}()
	}
	go func() {
		for i := range msg {
			requests <- i
		}
	}()
	for range msg {
		if err := <-answers; err != nil {
			failed++
		}
	}
	close(requests) // want "`requests` is closed here while a goroutine may still send to it"
	return failed
}
