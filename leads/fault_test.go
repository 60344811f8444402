package leads

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// A code that is missing in the list would be missing in the API and the
// workplace too.
func TestReplyFaultsAreAllOfThem(t *testing.T) {
	source, err := os.ReadFile("fault.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^\tFault\w+ +ReplyFault = "(\w+)"`).FindAllSubmatch(source, -1)
	for _, d := range declared {
		if !slices.Contains(ReplyFaults, ReplyFault(d[1])) {
			t.Errorf("%s is not in the list", d[1])
		}
	}
	if len(declared) != len(ReplyFaults) || len(declared) == 0 {
		t.Errorf("%d codes, %d in the list", len(declared), len(ReplyFaults))
	}
}
