package config

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxSecret bounds a secret file, in bytes.
const maxSecret = 64 << 10

// secret fills a string field from the file that the node names.
func (d *decoder) secret(n *yaml.Node, v reflect.Value, path string) {
	d.lines[path] = n.Line
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		d.fail(n.Line, path, "must name a file", "")
		return
	}
	name := resolve(d.file, n.Value)
	f, err := os.Open(name)
	if err != nil {
		d.fail(n.Line, path, fmt.Sprintf("file %s cannot be read: %s", name, plain(err)), "put the secret into it, readable by the hub's user only (chmod 600)")
		return
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	text := strings.TrimRight(string(b), "\r\n")
	switch {
	case err != nil:
		d.fail(n.Line, path, fmt.Sprintf("file %s cannot be read: %s", name, plain(err)), "")
	case len(b) > maxSecret:
		d.fail(n.Line, path, fmt.Sprintf("file %s is larger than 64 KiB", name), "is this the right file?")
	case text == "":
		d.fail(n.Line, path, fmt.Sprintf("file %s is empty", name), "put the secret into it")
	default:
		v.SetString(text)
	}
	if st, err := f.Stat(); err == nil && st.Mode().Perm()&0o004 != 0 {
		d.warn.add(fmt.Sprintf("%s:%d: %s: everybody on this machine can read %s; chmod 600 it", d.file, n.Line, path, name))
	}
}

// secretKey is what keys are called whose values are secrets.
var secretKey = regexp.MustCompile(`(?i)(^|_)(password|secret|secrets|token|key)$`)

// holdsSecret reports whether the file itself holds one: under such a key, or
// in an address with a password.
func holdsSecret(file []byte) bool {
	var root yaml.Node
	if yaml.Unmarshal(file, &root) != nil {
		return false
	}
	return secretIn(&root)
}

func secretIn(n *yaml.Node) bool {
	for i, item := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			key := n.Content[i-1].Value
			if item.Kind == yaml.ScalarNode && item.ShortTag() == "!!str" && item.Value != "" && !strings.Contains(item.Value, "${") && (secretKey.MatchString(key) || hasPassword(item.Value)) {
				return true
			}
		}
		if secretIn(item) {
			return true
		}
	}
	return false
}

func hasPassword(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return false
	}
	password, set := u.User.Password()
	return set && password != ""
}

var envRef = regexp.MustCompile(`\$?\$\{[^}]*\}?`)
var envName = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)(:-(.*))?$`)

// expand replaces ${NAME} and ${NAME:-default} in every text of the tree.
// $${ stands for ${ itself.
func (d *decoder) expand(n *yaml.Node, path string) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			at := path
			if harmlessKey.MatchString(n.Content[i].Value) {
				at = join(path, n.Content[i].Value)
			}
			d.expand(n.Content[i+1], at)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			d.expand(item, fmt.Sprintf("%s[%d]", path, i))
		}
	case yaml.ScalarNode:
		if n.ShortTag() == "!!str" && strings.Contains(n.Value, "${") {
			d.expandText(n, path)
		}
	}
}

func (d *decoder) expandText(n *yaml.Node, path string) {
	n.Value = envRef.ReplaceAllStringFunc(n.Value, func(ref string) string {
		if strings.HasPrefix(ref, "$$") {
			return ref[1:]
		}
		inner, closed := strings.CutSuffix(ref[2:], "}")
		m := envName.FindStringSubmatch(inner)
		if !closed || m == nil {
			d.fail(n.Line, path, "has a ${…} that names no environment variable", "write ${NAME} or ${NAME:-default}, or $${ for a literal ${")
			return ""
		}
		value, set := os.LookupEnv(m[1])
		if m[2] != "" && value == "" {
			return m[3]
		}
		if !set {
			d.fail(n.Line, path, fmt.Sprintf("environment variable %s is not set", m[1]), fmt.Sprintf("set it, or give a default: ${%s:-…}", m[1]))
		}
		return value
	})
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		n.Tag = "" // a plain value may turn out to be a number
	}
}
