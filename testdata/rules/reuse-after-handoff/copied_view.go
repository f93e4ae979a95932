package copied

import (
	"bufio"
	"io"
	"slices"
)

// A copy of the scanner's memory is the receiver's own.
func lines(r io.Reader, out chan<- []byte) {
	s := bufio.NewScanner(r)
	for s.Scan() {
		out <- slices.Clone(s.Bytes())
	}
}

func words(r io.Reader, out chan<- []byte) {
	s := bufio.NewScanner(r)
	for s.Scan() { // want "`Scan` overwrites memory that the receiver of `out` may still be reading"
		out <- s.Bytes()
	}
}
