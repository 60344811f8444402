package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The notices have each module that go.mod requires for the program, and each library of
// the workplace, with its licence.
func TestNoticesOfTheProgram(t *testing.T) {
	t.Chdir("../../..")
	var out bytes.Buffer
	if err := run(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nGo 1.", "\nmodernc.org/sqlite v", "\ngithub.com/jackc/pgx/v5 v", "\nreact 19.", "\nreact-aria-components 1.",
		"Copyright (c) 2009 The Go Authors", "Copyright (c) Meta Platforms, Inc. and affiliates."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the notices lack %q", want)
		}
	}
	for _, unwanted := range []string{"\nvite ", "\ntypescript ", "\ngithub.com/Shopify/toxiproxy", "\npgregory.net/rapid"} {
		if strings.Contains(out.String(), unwanted) {
			t.Errorf("the notices have%s, which is not shipped", unwanted)
		}
	}
}

// A library without a licence is an error that names it.
func TestNoLicence(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte("free for all"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := write(&bytes.Buffer{}, []library{{"bare", "v1", dir}})
	if err == nil || !strings.Contains(err.Error(), "bare v1") {
		t.Errorf("%v", err)
	}
}
