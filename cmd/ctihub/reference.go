package main

import (
	"os"

	"ctihub/cmd/ctihub/app"
)

//go:generate go run . config reference ../../docs/configuration.md

type referenceCmd struct {
	Out string `arg:"" help:"Where to write docs/configuration.md."`
}

// Run writes the reference of the configuration.
func (c referenceCmd) Run() error { return os.WriteFile(c.Out, []byte(app.Reference()), 0o644) }
