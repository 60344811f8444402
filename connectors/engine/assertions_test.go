package engine

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// What a source can do is read off the fields of connectors.Source: nothing that
// runs sources, and nothing that uses them, asserts a type of the contract.
func TestNoCapabilityIsAsserted(t *testing.T) {
	files := 0
	for _, root := range []string{".", "../../cmd", "../../web"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() == "ui" {
				return fs.SkipDir
			}
			if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			files++
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if n, ok := n.(*ast.TypeAssertExpr); ok {
					if of, ok := n.Type.(*ast.SelectorExpr); ok && isIdent(of.X, "connectors") {
						t.Errorf("%s: asserts connectors.%s", set.Position(n.Pos()), of.Sel.Name)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 50 {
		t.Errorf("only %d files were read", files)
	}
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}
