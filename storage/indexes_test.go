package storage_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"ctihub/storage"
)

// docs/indexes.md says of each index what needs it.
func TestIndexesHaveAQuery(t *testing.T) {
	page := string(must(os.ReadFile("../docs/indexes.md"))(t))
	var named []string
	for _, m := range regexp.MustCompile(`(?m)^\| ([a-z_]+) \| [a-z].+\|$`).FindAllStringSubmatch(page, -1) {
		named = append(named, m[1])
	}
	named = slices.DeleteFunc(named, func(n string) bool { return n == "index" })
	slices.Sort(named)
	for _, c := range []storage.Config{{DataDir: dataDir(t)}, {Database: migrated(t)}} {
		if has := slices.Sorted(slices.Values(must(storage.IndexNames(open(t, c)))(t))); !slices.Equal(has, named) {
			t.Errorf("the tables have the indexes\n%v, the page names\n%v", has, named)
		}
	}
}
