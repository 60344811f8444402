//go:build !race

package leads

// manyNumbers is how many random numbers a test compares.
const manyNumbers = 1_000_000
