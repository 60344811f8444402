// Package docs_test checks the documentation against the code, and the Russian
// edition against the English one.
package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// logCall is a call of slog in the sources. Parts that vary are ".+".
type logCall struct {
	level   string // empty: it varies
	message string
	keys    []string
}

// logMethods have the message as this argument.
var logMethods = map[string]int{
	"Debug": 0, "Info": 0, "Warn": 0, "Error": 0,
	"DebugContext": 1, "InfoContext": 1, "WarnContext": 1, "ErrorContext": 1, "LogAttrs": 2,
}

// logPages are those whose task shows in the log.
var logPages = []string{
	"docs/install.md", "docs/people.md", "docs/telephony.md", "docs/mail.md", "docs/messengers.md", "docs/webform.md", "docs/webhooks.md",
	"docs/backup.md", "docs/monitoring.md", "docs/troubleshooting.md", "deploy/asterisk/README.md",
}

// Every line of the log that the documentation quotes is one that the hub
// writes: message, level and keys are those of a call in the sources.
func TestQuotedLogLinesExist(t *testing.T) {
	t.Parallel()
	calls, shared := logCalls(t)
	quoting := map[string]bool{}
	for page, text := range pages(t) {
		for line := range strings.Lines(text) {
			if !regexp.MustCompile(`\bmsg=\S`).MatchString(line) {
				continue
			}
			quoting[page] = true
			if err := written(line, calls, shared); err != "" {
				t.Errorf("%s: %s: %s", page, strings.TrimSpace(line), err)
			}
		}
	}
	for _, page := range logPages {
		if !quoting[page] {
			t.Errorf("%s quotes no line of the log", page)
		}
	}
}

// attribute is key=value as slog's text handler writes it.
var attribute = regexp.MustCompile("\\b([a-z_]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s`|]+)")

// written says what is wrong with a quoted line; empty: a call writes it.
func written(line string, calls []logCall, shared []string) (wrong string) {
	values := map[string]string{}
	for _, a := range attribute.FindAllStringSubmatch(line, -1) {
		value := a[2]
		if text, err := strconv.Unquote(value); err == nil {
			value = text
		}
		values[a[1]] = value
	}
	wrong = "no call of slog has this message"
	for _, c := range calls {
		if !matches(values["msg"], c.message) {
			continue
		}
		wrong = ""
		if level := values["level"]; level != "" && c.level != "" && level != c.level {
			wrong = "its level is " + c.level
		}
		for key := range values {
			known := slices.Concat([]string{"time", "level", "msg"}, c.keys, shared)
			if !slices.ContainsFunc(known, func(k string) bool { return matches(key, k) }) {
				wrong = "it has no key " + key
			}
		}
		if wrong == "" {
			return ""
		}
	}
	return wrong
}

func matches(text, pattern string) bool {
	return regexp.MustCompile("^(?:" + pattern + ")$").MatchString(text)
}

// logCalls returns the calls of slog in the sources, and the keys that loggers
// are given by With.
func logCalls(t *testing.T) (calls []logCall, shared []string) {
	t.Helper()
	for path := range files(t, "..", ".go") {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", path), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				call, method := loggers(n)
				at, logs := logMethods[method]
				switch {
				case method == "With":
					shared = append(shared, keysOf(call.Args)...)
				case logs && len(call.Args) > at:
					c := logCall{message: pattern(call.Args[at]), keys: keysOf(call.Args[at+1:])}
					if method != "LogAttrs" {
						c.level = strings.ToUpper(strings.TrimSuffix(method, "Context"))
					}
					if call.Ellipsis.IsValid() { // put together elsewhere in the function
						c.keys = texts(d)
					}
					calls = append(calls, c)
				}
				return true
			})
		}
	}
	if len(calls) < 100 {
		t.Errorf("only %d calls of slog found: are they still read?", len(calls))
	}
	return calls, shared
}

// loggers returns a call of a method of something that is named log or Log.
func loggers(n ast.Node) (call *ast.CallExpr, method string) {
	call, _ = n.(*ast.CallExpr)
	if call == nil {
		return nil, ""
	}
	of, _ := call.Fun.(*ast.SelectorExpr)
	if of == nil {
		return nil, ""
	}
	switch x := of.X.(type) {
	case *ast.Ident:
		if x.Name == "log" {
			return call, of.Sel.Name
		}
	case *ast.SelectorExpr:
		if strings.EqualFold(x.Sel.Name, "log") {
			return call, of.Sel.Name
		}
	}
	return nil, ""
}

// keysOf returns the keys of arguments "key", value, … or slog.String("key", value), ….
func keysOf(args []ast.Expr) (keys []string) {
	for i := 0; i < len(args); i++ {
		if attr, ok := args[i].(*ast.CallExpr); ok && len(attr.Args) > 0 {
			keys = append(keys, pattern(attr.Args[0]))
			continue
		}
		keys = append(keys, pattern(args[i]))
		i++ // its value
	}
	return keys
}

// texts returns the texts in a function, as patterns.
func texts(n ast.Node) (all []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		p := pattern(e)
		if p == ".+" {
			return true
		}
		all = append(all, p)
		return false
	})
	return all
}

// pattern matches the text that an expression may be.
func pattern(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return regexp.QuoteMeta(text)
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			if p := pattern(e.X) + pattern(e.Y); p != ".+.+" {
				return p
			}
		}
	}
	return ".+"
}

// pages returns the text of each page by its path in the repository.
func pages(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for path := range files(t, "..", ".md") {
		if strings.HasPrefix(path, "docs/") || strings.HasPrefix(path, "deploy/") || !strings.Contains(path, "/") {
			texts[path] = read(t, path)
		}
	}
	return texts
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// files returns the files with an extension, by their path below root.
func files(t *testing.T, root, ext string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "dist"):
			return filepath.SkipDir
		case !d.IsDir() && filepath.Ext(name) == ext:
			rel, err := filepath.Rel(root, path)
			found[filepath.ToSlash(rel)] = true
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
