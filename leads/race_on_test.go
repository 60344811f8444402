//go:build race

package leads

// manyNumbers is how many random numbers a test compares. The regular expressions of the library
// are twenty times slower under the race detector.
const manyNumbers = 12_000
