//go:build !race

package web

// streamMost is the most that an idle stream may cost, in bytes.
const streamMost = 40 << 10
