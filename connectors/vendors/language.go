package vendors

import (
	"fmt"
	"slices"
)

// speakRussian are the regions whose offices read Russian.
var speakRussian = []string{"RU", "BY", "KZ", "KG"}

// Language is that in which a source writes into touches what is no text of the
// customer's, such as "[photo]": ru or en, as its setting "lang" says, and by
// the region (connectors.Hub.Region) where that is empty.
func Language(lang, region string) (string, error) {
	switch {
	case lang == "ru", lang == "en":
		return lang, nil
	case lang != "":
		return "", fmt.Errorf("lang: %q is neither ru nor en", lang)
	case slices.Contains(speakRussian, region):
		return "ru", nil
	}
	return "en", nil
}
