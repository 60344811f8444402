package all

import (
	"regexp"
	"testing"

	"ctihub/connectors"
)

var aboutSecrets = regexp.MustCompile(`(^|_)(token|secret|password)$`)

// Every setting of every kind has a type, and whatever gives access is marked as
// a secret, so that no form and no log shows it.
func TestSchemas(t *testing.T) {
	fields := 0
	for _, k := range Kinds() {
		for name, s := range map[string]connectors.Schema{"source": k.Source, "sink": k.Sink} {
			if made := name == "source" && k.In != nil || name == "sink" && k.Out != nil; made != (s.Example != "" && s.About != "" && len(s.Fields) > 0) {
				t.Errorf("%s as a %s has a schema: %v", k.Name, name, !made)
			}
			var look func(path string, all []connectors.Field)
			look = func(path string, all []connectors.Field) {
				seen := map[string]bool{}
				for _, f := range all {
					fields++
					at := path + "." + f.Name
					if seen[f.Name] || f.Name == "" || f.Type == "" {
						t.Errorf("%s is there twice, or has no name or type", at)
					}
					seen[f.Name] = true
					if aboutSecrets.MatchString(f.Name) != (f.Type == connectors.Secret) {
						t.Errorf("%s is of type %s", at, f.Type)
					}
					if f.Required && f.Help == "" {
						t.Errorf("%s is required, and nothing says what to give", at)
					}
					if f.Example == "" && f.Default == "" && len(f.Fields) == 0 {
						t.Errorf("%s has no example", at)
					}
					if (f.Type == connectors.Choice) != (len(f.Choices) > 0) || (f.Type == connectors.Group || f.Type == connectors.Groups) != (len(f.Fields) > 0) {
						t.Errorf("%s: its type %s and its choices or fields do not fit", at, f.Type)
					}
					look(at, f.Fields)
				}
			}
			look(k.Name+" "+name, s.Fields)
		}
	}
	if fields < 100 {
		t.Errorf("only %d settings were looked at", fields)
	}
}
