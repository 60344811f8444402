package dedupe

import (
	"strings"
	"testing"
)

// TestDialSaysWhatIsWrong: and never quotes the address, any part of which may
// be a password that was not encoded.
func TestDialSaysWhatIsWrong(t *testing.T) {
	for address, want := range map[string]string{
		"localhost:6379":                    "redis://",
		"s3cret@localhost":                  "redis://",
		"http://u:s3cret@localhost":         "does not begin with",
		"redis://:s3cret@":                  "host is missing",
		"redis://:s3/cret@localhost:6379":   "port is not a number",
		"redis://u:p@localhost:s3cret":      "port is not a number",
		"redis://u:s3cret%@localhost":       "hexadecimal",
		"redis://u:p@s3cret@local host/":    "not a URL",
		"redis://user/s3cret@localhost/0":   "number of a database",
		"redis://localhost/-1":              "number of a database",
		"redis://user?s3cret@localhost:1/0": "option",
		"redis://u#s3cret@localhost":        "#",
		"redis://localhost/0?s3cret=1":      "option",
		"redis://localhost/0?pool_size=s3c": "option",
		"redis://localhost/0?db=s3cret":     "option",
	} {
		client, err := Dial(address)
		if err == nil {
			_ = client.Close()
			t.Errorf("%s is accepted", address)
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want it to say %q", address, err, want)
		}
		if strings.Contains(err.Error(), "s3c") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func TestDial(t *testing.T) {
	for address, want := range map[string]string{
		"redis://localhost":                  "localhost:6379",
		"rediss://u:p%2Fw@cache:6390/3":      "cache:6390",
		"redis://[::1]:7000/0?pool_size=100": "[::1]:7000",
	} {
		client, err := Dial(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if o := client.Options(); o.Addr != want || !o.DisableIdentity || !o.ContextTimeoutEnabled {
			t.Errorf("%s: %+v", address, o)
		}
		_ = client.Close()
	}
}
