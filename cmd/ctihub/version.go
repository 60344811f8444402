package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is the version of this tree; no git tag is needed. Its database schema
// is kept in storage/testdata/released, see CONTRIBUTING.md.
const release = "0.1.0"

// commit may be set by the linker, -ldflags "-X main.commit=0123abcd", where the Go
// toolchain does not see the repository.
var commit string

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(t terminal) error {
	_, err := fmt.Fprintf(t.out, "ctihub %s (%s, %s/%s)\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// buildVersion is the release followed by the commit, if that is known:
// 0.1.0+0123abcd.
func buildVersion() string {
	from := commit
	if info, ok := debug.ReadBuildInfo(); ok && from == "" {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				from = s.Value[:12]
			}
		}
	}
	if from == "" {
		return release
	}
	return release + "+" + from
}
