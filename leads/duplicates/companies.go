package duplicates

import (
	"strings"
)

// company is where a person works, by its name or by the domain of their address.
type company struct{ text, canonical string }

// legalForms and what else companies are called beside their names.
var legalForms = wordsOf(`ооо оао зао пао ао нао ип чп тоо одо уп ооо гк тд тк нпо нпп муп гуп фгуп ано нко пк кфх компания фирма группа
	llc ltd limited inc corp co company group gmbh ag srl sa jsc ooo oao zao ip the`)

func (f *Profile) addCompany(text string) {
	words := strings.FieldsFunc(foldedName(text), func(r rune) bool { return !isLetterOrDigit(r) })
	kept := words[:0]
	for _, w := range words {
		if !legalForms[w] {
			kept = append(kept, latin(w))
		}
	}
	f.keepCompany(text, strings.Join(kept, ""))
}

// addDomain adds the company of an address, unless its domain is that of a provider.
func (f *Profile) addDomain(address string) {
	_, domain, _ := strings.Cut(address, "@")
	if _, public := providers[domain]; public {
		return
	}
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return
	}
	label := labels[len(labels)-2]
	if len(labels) > 2 && (label == "com" || label == "co" || label == "org") {
		label = labels[len(labels)-3]
	}
	f.keepCompany(domain, latin(strings.ReplaceAll(label, "-", "")))
}

func (f *Profile) keepCompany(text, canonical string) {
	if len(canonical) < 3 {
		return
	}
	for _, c := range f.companies {
		if c.canonical == canonical {
			return
		}
	}
	f.companies = append(f.companies, company{text, canonical})
}
