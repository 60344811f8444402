package leads

import (
	"slices"
	"testing"
)

func TestDialRefusalsHaveWords(t *testing.T) {
	for _, r := range DialRefusals {
		if r.Words() == "" {
			t.Errorf("%s has no words", r)
		}
	}
	if len(refusalWords) != len(slices.Compact(slices.Sorted(slices.Values(DialRefusals)))) {
		t.Error("the list of refusals is not complete")
	}
}
