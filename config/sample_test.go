package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const formSample = `# A form on a website.
name: site
kind: webform
fields: {name: fio}   # mapping
`

const pbxSample = `- name: pbx
  kind: asterisk

  # Keep it out of this file.
  password_file: ./secrets/ari
`

func TestSampleParsesAndChecksClean(t *testing.T) {
	for name, text := range map[string]string{
		"bare":     Sample(nil, nil),
		"live":     Sample([]string{formSample}, nil),
		"off":      Sample([]string{pbxSample}, []string{pbxSample}),
		"live+off": Sample([]string{formSample, pbxSample}, nil),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ctihub.yaml")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := Load(path)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if want := strings.Count(name, "live"); len(c.Sources) != want {
				t.Fatalf("%d sources, want %d", len(c.Sources), want)
			}
			d := Default()
			if c.Listen != d.Listen || c.PublicURL != d.PublicURL || c.Region != d.Region || c.Log != d.Log || c.Hub != d.Hub ||
				c.Database != d.Database || c.Redis != d.Redis || filepath.Base(c.Data) != d.Data {
				t.Errorf("the sample shows other values than the defaults: %+v", c)
			}
		})
	}
}

// The commented-out sources must work as soon as their "# " is removed.
func TestSampleUncomments(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "secrets", "ari"), []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	head, tail, found := strings.Cut(Sample([]string{formSample, pbxSample}, nil), "once the secret exists.\n")
	if !found {
		t.Fatal("no hint about commented-out sources")
	}
	var text strings.Builder
	text.WriteString(head + "\n")
	for line := range strings.Lines(tail) {
		text.WriteString(strings.Replace(strings.Replace(line, "  # ", "  ", 1), "  #\n", "\n", 1))
	}
	path := filepath.Join(dir, "c.yaml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatalf("%v\n%s", err, text.String())
	}
	var pbx struct {
		Password string `yaml:"password"`
	}
	if len(c.Sources) != 2 || c.Sources[1].Decode(&pbx) != nil || pbx.Password != "s3cret" {
		t.Fatalf("%+v %+v", c.Sources, pbx)
	}
}
