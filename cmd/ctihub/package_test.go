package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/app"
	"ctihub/cmd/ctihub/hubtest"
)

// The Debian package has the program, the unit, a configuration that the hub
// takes and that an upgrade leaves alone, scripts that a shell reads, and the
// documents; all files belong to root. Without the licences of the libraries no
// package is built.
func TestRealDebianPackage(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../../deploy/package/release.sh")
	if err != nil || !strings.Contains(string(script), `'s/^const release = "\(.*\)"$/\1/p' cmd/ctihub/version.go`) {
		t.Fatalf("release.sh reads the version from elsewhere: %v", err)
	}
	if b, err := os.ReadFile("version.go"); err != nil || !strings.Contains(string(b), "\nconst release = \""+release+"\"\n") {
		t.Errorf("release.sh does not find the version: %v", err)
	}
	if b, err := os.ReadFile("../../docker-compose.yml"); err != nil || !strings.Contains(string(b), "\n    image: ctihub:"+release+"\n") {
		t.Errorf("docker-compose.yml makes an image of another version than %s: %v", release, err)
	}
	nfpm := regexp.MustCompile(`NFPM +:= \$\(CACHE\)/(\S+)`).FindSubmatch(makefile)
	if nfpm == nil {
		t.Fatal("the Makefile names no nfpm")
	}
	dir := t.TempDir()
	text, notices := filepath.Join(dir, "sample.yaml"), filepath.Join(dir, "notices.txt")
	for file, content := range map[string]string{text: app.Sample(), notices: "licences\n"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("../../deploy/package/deb.sh", "/bin/true", "amd64", "1.2.3", text, notices, dir)
	build.Env = append(os.Environ(), "NFPM="+hubtest.Cached(t, string(nfpm[1])))
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	deb := filepath.Join(dir, "ctihub_1.2.3_amd64.deb")
	dpkg := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("dpkg-deb", args...).CombinedOutput()
		if err != nil {
			t.Fatalf("dpkg-deb %v: %v: %s", args, err, out)
		}
		return string(out)
	}
	contents := dpkg("--contents", deb)
	for _, want := range []string{
		`-rwxr-xr-x root/root .* \./usr/bin/ctihub`, `-rw-r--r-- root/root .* \./usr/lib/systemd/system/ctihub\.service`,
		`-rw-r----- root/root .* \./etc/ctihub/ctihub\.yaml`, `-rw-r--r-- root/root .* \./usr/share/doc/ctihub/copyright`,
		`-rw-r--r-- root/root .* \./usr/share/doc/ctihub/THIRD-PARTY-NOTICES\.txt`, `-rw-r--r-- root/root .* \./usr/share/doc/ctihub/install\.md`,
		`-rw-r--r-- root/root .* \./usr/share/doc/ctihub/examples/nginx\.conf`, `-rw-r--r-- root/root .* \./usr/share/doc/ctihub/examples/asterisk/ari\.conf`,
	} {
		if !regexp.MustCompile(`(?m)^` + want + `$`).MatchString(contents) {
			t.Errorf("the package lacks %s", want)
		}
	}
	for line := range strings.Lines(contents) {
		if !strings.Contains(line, " root/root ") || strings.Contains(line, " -> ") {
			t.Errorf("the package has %s", line)
		}
	}
	control, root := filepath.Join(dir, "control"), filepath.Join(dir, "root")
	dpkg("--control", deb, control)
	dpkg("--extract", deb, root)
	if b, err := os.ReadFile(filepath.Join(control, "conffiles")); err != nil || strings.TrimSpace(string(b)) != "/etc/ctihub/ctihub.yaml" {
		t.Errorf("an upgrade leaves alone %q: %v", b, err)
	}
	for _, script := range []string{"postinst", "prerm", "postrm"} {
		if out, err := exec.Command("sh", "-n", filepath.Join(control, script)).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", script, out)
		}
	}
	var out strings.Builder
	if code := run([]string{"config", "check", "--config", filepath.Join(root, "etc/ctihub/ctihub.yaml")}, terminal{os.Stdin, &out, &out}); code != exitOK ||
		!strings.Contains(out.String(), "SQLite in /var/lib/ctihub") {
		t.Errorf("config check of the package's configuration ends with %d: %s", code, &out)
	}
	build = exec.Command("../../deploy/package/deb.sh", "/bin/true", "amd64", "1.2.3", text, filepath.Join(dir, "none"), dir)
	if out, err := build.CombinedOutput(); err == nil {
		t.Errorf("a package without licences is built: %s", out)
	}
}
