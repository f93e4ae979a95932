// Package sum is tested in parallel.
package sum

// Sum adds up.
func Sum(values []int) (total int) {
	for _, v := range values {
		total += v
	}
	return total
}
