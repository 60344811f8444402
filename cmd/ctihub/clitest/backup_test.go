package clitest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The commands as docs/backup.md shows them: a backup beside the running hub,
// and a restore into another place.
func TestBackupAndRestore(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	p.mustRefuse(1, "there is no database yet", "backup", "out.tar.gz")
	p.mustRun("user", "add", "anna", "--name", "Anna", "--role", "admin", "--generate")
	h := p.serve()
	r := p.run("backup", "out.tar.gz")
	if r.code != 0 || r.out != "" || !strings.Contains(r.err, "table users: 1 rows") || !strings.Contains(r.err, "not in it: the configuration and its secret files") || !strings.Contains(r.err, "\ndone: ") {
		t.Fatalf("%+v", r)
	}
	st, err := os.Stat(filepath.Join(p.dir, "out.tar.gz"))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the archive: %v %v", st, err)
	}
	p.mustRefuse(1, "out.tar.gz exists", "backup", "out.tar.gz")
	if archive := p.mustRun("backup", "-"); !strings.HasPrefix(archive, "\x1f\x8b") {
		t.Error("no archive on standard output")
	}
	if r := p.run("restore", "--replace", "out.tar.gz"); r.code != 1 || !strings.Contains(r.err, "a hub works on this database") {
		t.Errorf("under the running hub: %+v", r)
	}
	h.stop()
	p.mustRefuse(1, "replace what is there with --replace", "restore", "out.tar.gz")
	other := p.write("elsewhere.yaml", anyPort+"data: ./elsewhere\n")
	if r := p.run("restore", "--config", other, "out.tar.gz"); r.code != 0 || !strings.Contains(r.err, "\nrestored: ") {
		t.Fatalf("%+v", r)
	}
	if list := p.mustRun("user", "list", "--config", other); !strings.Contains(list, "anna") {
		t.Error(list)
	}
	for _, command := range []string{"backup", "restore"} {
		if help := p.mustRun(command, "--help"); !strings.Contains(help, "Examples:") || !strings.Contains(help, "Exit codes: 0 ") || !strings.Contains(help, "docker compose") {
			t.Error(help)
		}
	}
}
