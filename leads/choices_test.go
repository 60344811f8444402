package leads

import (
	"fmt"
	"slices"
	"testing"
)

func TestSortChoices(t *testing.T) {
	if got := SortChoices([]string{"ёж", "b", "", "Жук", "A", "b", "Ель", "a"}); !slices.Equal(got, []string{"A", "a", "b", "ёж", "Ель", "Жук"}) {
		t.Errorf("sorted %q", got)
	}
	if got := SortChoices(nil); got == nil || len(got) > 0 {
		t.Errorf("of none: %#v", got)
	}
	var many []string
	for n := range 2 * ChoicesMost {
		many = append(many, fmt.Sprint(n))
	}
	if got := SortChoices(many); len(got) != ChoicesMost {
		t.Errorf("%d choices", len(got))
	}
}
