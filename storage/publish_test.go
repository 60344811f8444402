package storage_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"ctihub/leads"
	"ctihub/leads/intake"
)

// testPublishedOnce: each event that is stored is published, once, however many
// transactions had to be tried again; nothing else is.
func testPublishedOnce(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	s := o.put(form("0", ivan))[0]
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() { // they share commits
			_, _ = o.Ingest(t.Context(), intake.Batch{Source: "site", Touches: []leads.Touch{form(fmt.Sprint("many ", n), phone(n%5))}})
		})
		all.Go(func() { // they get in each other's way
			to := []leads.User{anna, boris}[n%2]
			_, _ = o.Reassign(t.Context(), admin, s.LeadID, to.ID, "by_hand:x")
		})
	}
	all.Wait()
	if _, err := o.SetLeadStatus(t.Context(), admin, s.LeadID, leads.LeadNew, ""); err == nil {
		t.Fatal("a lead became new")
	}
	stored := map[string]int64{}
	for _, e := range o.events() {
		stored[e.ID] = e.Seq
	}
	published := map[string]int{}
	for _, e := range o.published() {
		if published[e.ID]++; published[e.ID] > 1 || e.Seq == 0 || stored[e.ID] != e.Seq {
			t.Errorf("%s: published %d times, as %d; stored as %d", e.Type, published[e.ID], e.Seq, stored[e.ID])
		}
	}
	if len(published) != len(stored) {
		t.Errorf("%d events are published, %d stored", len(published), len(stored))
	}
}

// testPublishedInOrder: the events of one transaction are published together, in
// the order of their numbers.
func testPublishedInOrder(t *testing.T, o office) {
	s := o.put(form("1", ivan), form("2", mail), form("3", ivan))
	events := o.published()
	if !slices.IsSortedFunc(events, func(a, b leads.Event) int { return int(a.Seq - b.Seq) }) || len(events) != 5 || len(s) != 3 {
		t.Errorf("published %v", types(events))
	}
}

// TestOnlyStoragePublishes: no code of the hub publishes events, but storage's
// commit. Redis has a command of that name.
func TestOnlyStoragePublishes(t *testing.T) {
	var found []string
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "Publish" || f.Sel.Name == "published") {
				found = append(found, filepath.ToSlash(path)+" "+f.Sel.Name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"../storage/events.go published", "../storage/pubsub/pubsub.go Publish"}; !slices.Equal(found, want) {
		t.Errorf("who publishes: %q, want %q", found, want)
	}
}
