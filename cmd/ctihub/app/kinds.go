package app

import (
	"fmt"
	"slices"
	"strings"

	"ctihub/config"
	"ctihub/connectors"
	"ctihub/connectors/all"
)

func sourceKinds() []connectors.Kind {
	return slices.DeleteFunc(all.Kinds(), func(k connectors.Kind) bool { return k.In == nil })
}

// kindOf finds the kind that a source or sink names.
func kindOf(name string, kinds []connectors.Kind) (connectors.Kind, error) {
	var names []string
	for _, k := range kinds {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	remedy := "there are: " + strings.Join(names, ", ")
	if near := config.Nearest(name, names); near != "" {
		remedy = fmt.Sprintf("did you mean %q?", near)
	}
	return connectors.Kind{}, fmt.Errorf("kind %q is unknown; %s", name, remedy)
}
