package vendors

import (
	"fmt"
	"slices"
)

// speakRussian are the regions whose offices read Russian.
var speakRussian = []string{"RU", "BY", "KZ", "KG"}

// Language returns the language (ru or en) of texts that a source itself writes into touches,
// such as "[photo]": that of its setting "lang", or if that is empty, by the region
// (connectors.Hub.Region).
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
