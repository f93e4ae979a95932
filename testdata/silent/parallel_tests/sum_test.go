package sum

import (
	"sync/atomic"
	"testing"
)

func TestSum(t *testing.T) {
	t.Parallel()
	var ran atomic.Int32
	for _, test := range []struct {
		name   string
		values []int
		want   int
	}{
		{"none", nil, 0},
		{"some", []int{1, 2}, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ran.Add(1)
			if got := Sum(test.values); got != test.want {
				t.Errorf("got %d", got)
			}
		})
	}
}
