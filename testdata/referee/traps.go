// Package referee holds Go whose names are hard to tell: each piece was once told wrongly.
package referee

import "unsafe"

const (
	first = iota
	second
)

// The length hangs on the keys, and the keys' meaning on what kind of literal it is.
var table = [...]struct {
	name string
	n    int
}{
	second: {"b", 2},
	first:  {"a", 1},
}

func lookUp(i int) string { return table[i].name }

type header struct{ size, kind int }

type packet struct {
	header
	body []byte
}

// Since Go 1.27 a key may be a promoted field.
func newPacket(body []byte) *packet {
	return &packet{size: len(body), kind: first, body: body}
}

// The name of an embedded field is a use of its type, too.
func wrapped(p packet) int {
	wrap := struct {
		packet
		extra int
	}{p, 1}
	return wrap.size + wrap.extra
}

const room = 64 - unsafe.Sizeof(packet{})%64

type padded struct {
	packet
	pad [room]byte
}

func spare(p *padded) int { return len(p.pad) + p.kind }
