package web

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// generator is the one that go generate uses.
var generator = regexp.MustCompile(`go:generate go run (github\.com/oapi-codegen/\S+)`)

// The client that oapi-codegen makes of openapi.yaml compiles, and needs
// nothing of the hub.
func TestGoClientCompiles(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("web.go")
	if err != nil {
		t.Fatal(err)
	}
	tool := generator.FindSubmatch(source)
	if tool == nil {
		t.Fatal("web.go names no generator")
	}
	dir := t.TempDir()
	run := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s %q: %v\n%s", name, args, err, out)
		}
	}
	made := filepath.Join(dir, "client.go")
	run("go", "run", string(tool[1]), "-generate", "types,client", "-package", "hubclient", "-o", made, "openapi.yaml")
	code, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	if i := bytes.Index(code, []byte(`"ctihub/`)); i >= 0 {
		t.Fatalf("the client imports %.40s, which others do not have: move it to api/server.overlay.yaml", code[i:])
	}
	// The package is seen by the compiler only, for the module's dependencies.
	at, err := filepath.Abs("hubclient")
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	b, _ := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(at, "client.go"): made}})
	if err := os.WriteFile(overlay, b, 0o600); err != nil {
		t.Fatal(err)
	}
	run("go", "build", "-overlay", overlay, "ctihub/web/hubclient")
}
