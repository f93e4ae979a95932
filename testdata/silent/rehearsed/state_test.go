package rehearsed

import "testing"

func TestReceives(t *testing.T) {
	s := New(func() []byte { return []byte("0123456789") })
	s.begin()
	s.steps <- nil
	if s.Key() != nil {
		t.Error("there is a key")
	}
	close(s.steps)
}
