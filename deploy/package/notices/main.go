// Command notices prints the licences of the libraries in the hub and its workplace. It
// fails for a library without a licence.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// library is a third-party library and its folder.
type library struct{ name, version, dir string }

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run(w io.Writer) error {
	modules, err := goModules()
	if err != nil {
		return err
	}
	packages, err := npmPackages("web/ui")
	if err != nil {
		return err
	}
	return write(w, append(modules, packages...))
}

// goModules lists the modules that are linked into the program, and Go itself.
func goModules() ([]library, error) {
	root, err := exec.CommandContext(context.Background(), "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	list := []library{{"Go", strings.TrimPrefix(runtime.Version(), "go"), strings.TrimSpace(string(root))}}
	cmd := exec.CommandContext(context.Background(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}", "./cmd/ctihub")
	cmd.Env = append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	for _, line := range slices.Compact(lines) {
		f := strings.SplitN(line, " ", 3)
		if len(f) != 3 {
			continue
		}
		list = append(list, library{f[0], f[1], f[2]})
	}
	return list, nil
}

// npmPackages lists the packages in the workplace's lock file that are not only for
// development.
func npmPackages(ui string) ([]library, error) {
	b, err := os.ReadFile(filepath.Join(ui, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version       string
			Dev, Optional bool
			DevOptional   bool
		}
	}
	if err := json.Unmarshal(b, &lock); err != nil {
		return nil, fmt.Errorf("%s/package-lock.json: %w", ui, err)
	}
	var list []library
	for path, p := range lock.Packages {
		if path == "" || p.Dev || p.DevOptional || p.Optional {
			continue
		}
		name := path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):]
		list = append(list, library{name, p.Version, filepath.Join(ui, path)})
	}
	slices.SortFunc(list, func(a, b library) int { return strings.Compare(a.name+a.version, b.name+b.version) })
	return list, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|unlicense)(-.*|\..*)?$`)

// write prints each library with the texts of its licences.
func write(w io.Writer, list []library) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "ctihub contains the following libraries of others, under the terms that are printed below each.")
	var bare []string
	for _, l := range list {
		texts, err := licences(l.dir)
		if err != nil {
			return err
		}
		if len(texts) == 0 {
			bare = append(bare, l.name+" "+l.version)
		}
		fmt.Fprintf(out, "\n%s\n%s %s\n%s\n", strings.Repeat("=", 79), l.name, l.version, strings.Repeat("=", 79))
		for _, t := range texts {
			fmt.Fprintf(out, "\n%s\n", strings.TrimSpace(strings.ReplaceAll(t, "\r\n", "\n")))
		}
	}
	if len(bare) > 0 {
		return fmt.Errorf("no licence found for %s", strings.Join(bare, ", "))
	}
	return out.Flush()
}

// licences reads the licences in a library's folder; where there is none, what
// package.json names.
func licences(dir string) (texts []string, err error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("%w; is it downloaded?", err)
	}
	for _, f := range files {
		if f.IsDir() || !licenceFile.MatchString(f.Name()) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(b))
	}
	if len(texts) > 0 {
		return texts, nil
	}
	b, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p struct {
		License string
		Author  any
	}
	if err := json.Unmarshal(b, &p); err != nil || p.License == "" {
		return nil, err
	}
	text := "License: " + p.License
	switch a := p.Author.(type) {
	case string:
		text += "\nAuthor: " + a
	case map[string]any:
		text += fmt.Sprintf("\nAuthor: %v", a["name"])
	}
	return []string{text}, nil
}
