package vendors

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// DecodeLenient decodes a vendor's JSON and skips each field whose type is not the expected one.
func DecodeLenient(b []byte, into any) error {
	err := json.Unmarshal(b, into)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return nil
	}
	return err
}

// UnmarshalText reads a field that a vendor writes sometimes as a string and sometimes as a
// number; a number as it is written. Any other value leaves t unchanged.
func UnmarshalText[T ~string](b []byte, t *T) error {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) > 0 && b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = T(s)
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*t = T(b)
	}
	return nil
}

// Lines joins the texts that are not blank, one per line.
func Lines(of ...string) string {
	var some []string
	for _, s := range of {
		if strings.TrimSpace(s) != "" {
			some = append(some, s)
		}
	}
	return strings.Join(some, "\n")
}

// Shorten cuts s to at most n characters, and shows that it did.
func Shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
