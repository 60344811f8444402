// Package ui holds the built workplace. The TypeScript beside this file is its
// source; "make ui" builds it into dist, which is not committed.
package ui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns the built workplace with index.html at its root, or an empty
// folder if it was not built.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the path is a constant and valid
	}
	return sub
}
