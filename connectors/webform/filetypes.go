package webform

import (
	"bytes"
	"net/http"
	"path"
	"slices"
	"strings"
)

// sniffed is how much of a file tells its type, in bytes.
const sniffed = 512

// officeType stands for documents, tables and slides of every office program.
const officeType = "application/office"

// Endings of office documents, by what they consist of.
var (
	zippedOffice = []string{".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"}
	oldOffice    = []string{".doc", ".xls", ".ppt"}
)

// kindOf returns the media type of a file by its content. The name only tells
// office documents from other archives of the same form.
func kindOf(head []byte, name string) string {
	ending := strings.ToLower(path.Ext(name))
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	switch {
	case kind == "application/zip" && slices.Contains(zippedOffice, ending),
		bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) && slices.Contains(oldOffice, ending):
		return officeType
	case len(head) >= 12 && string(head[4:8]) == "ftyp" && slices.Contains([]string{"heic", "heix", "mif1"}, string(head[8:12])):
		return "image/heic"
	}
	return kind
}

// typeNames names types for a person: "JPEG, PNG, PDF".
func typeNames(types []string) string {
	var names []string
	for _, t := range types {
		name := strings.ToUpper(path.Base(t))
		switch t {
		case officeType:
			name = "Word, Excel, PowerPoint"
		case "text/plain":
			name = "TXT"
		}
		if path.Base(t) == "*" {
			name = path.Dir(t)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// accepts is what a file input of HTML accepts.
func accepts(types []string) string {
	var all []string
	for _, t := range types {
		if t == officeType {
			all = append(append(all, zippedOffice...), oldOffice...)
			continue
		}
		all = append(all, t)
	}
	return strings.Join(all, ",")
}
