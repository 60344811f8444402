//go:build race

package web

// The race detector makes stacks twice as large; what is shipped has none.
const streamMost = 64 << 10
