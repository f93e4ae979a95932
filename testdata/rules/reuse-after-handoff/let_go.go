// Package letgo hands on what it has made, and makes the next one when it needs it.
package letgo

// --- what was handed on is let go of, and the next one is made when it is needed

type batch struct{ names []string }

func (b *batch) add(name string) { b.names = append(b.names, name) }

func newBatch() *batch { return &batch{} }

func inBatches(names []string, out chan<- *batch) {
	var b *batch
	for _, name := range names {
		if b == nil {
			b = newBatch()
		}
		b.add(name)
		if len(b.names) > 9 {
			out <- b
			b = nil
		}
	}
}

// --- it is kept under another name

func inTurns(names []string, out chan<- *batch) {
	var b, last *batch
	if len(names) > 0 {
		b = newBatch()
		last = b
	}
	for _, name := range names {
		if b == nil {
			b = last
		}
		b.add(name) // want "this writes memory that the receiver of `out` may still be reading"
		last = b
		if len(b.names) > 9 {
			out <- b
			b = nil
		}
	}
}
