package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every test that docs/promises.md names exists in the package it names.
func TestPromisesNameTestsThatExist(t *testing.T) {
	text, err := os.ReadFile("../../docs/promises.md")
	if err != nil {
		t.Fatal(err)
	}
	pkg, found := "", 0
	for _, m := range regexp.MustCompile("`([a-z/]+)`|((?:Test|Fuzz|test)[A-Z]\\w+)").FindAllStringSubmatch(string(text), -1) {
		if m[1] != "" {
			pkg = m[1]
			continue
		}
		found++
		if !declared(t, pkg, m[2]) {
			t.Errorf("there is no %s in %s", m[2], pkg)
		}
	}
	if found < 40 {
		t.Errorf("only %d tests found: is the table still read?", found)
	}
}

func declared(t *testing.T, pkg, test string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", pkg, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "func "+test+"(") {
			return true
		}
	}
	return false
}
