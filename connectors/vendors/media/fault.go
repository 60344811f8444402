package media

import (
	"errors"
	"fmt"
	"net/http"
)

// cause says why there is no file.
type cause int

const (
	failed  cause = iota // a cause of no use to a reader
	foreign              // its address is not the vendor's
	moved                // a redirect leads away
	large
	refused // by an HTTP status
	silent
	broken
	denied // by the vendor's API, in words
	none   // the hub keeps no files
)

// Fault says why a vendor's file is not available.
type Fault struct {
	why        cause
	vendor     string
	number     int64  // MB of large, status of refused
	vendorText string // the vendor's text, of denied
}

func (v Vendor) fault(w cause) *Fault { return &Fault{why: w, vendor: v.Name, number: v.Most >> 20} }

// Denied returns the fault of a file that the vendor's API refuses for good.
func (v Vendor) Denied(err error) *Fault {
	return &Fault{why: denied, vendor: v.Name, vendorText: err.Error()}
}

// Error implements error, in English.
func (f *Fault) Error() string { return f.text("en") }

func (f *Fault) text(lang string) string {
	table := causeTexts[lang]
	if table == nil {
		table = causeTexts["en"]
	}
	format := table[f.why]
	switch f.why {
	case large:
		return fmt.Sprintf(format, f.number)
	case refused:
		return fmt.Sprintf(format, f.vendor, f.number)
	case denied:
		return fmt.Sprintf(format, f.vendorText)
	case foreign, moved, silent:
		return fmt.Sprintf(format, f.vendor)
	}
	return format
}

// Final reports whether a retry is pointless.
func Final(err error) bool {
	var f *Fault
	if !errors.As(err, &f) {
		return false
	}
	switch f.why {
	case foreign, moved, large, denied, none:
		return true
	case refused:
		return f.number != http.StatusTooManyRequests && f.number != http.StatusRequestTimeout && f.number < 500
	}
	return false
}

// TooLarge reports whether the file exceeds the size limit.
func TooLarge(err error) bool {
	var f *Fault
	return errors.As(err, &f) && f.why == large
}

// Words returns in a language of the hub (ru, en) why a file is not available.
func Words(err error, lang string) string {
	var f *Fault
	if !errors.As(err, &f) {
		f = &Fault{}
	}
	return f.text(lang)
}

var causeTexts = map[string]map[cause]string{
	"en": {
		failed: "it could not be fetched", foreign: "the address is not one of %s", moved: "the address leads away from %s",
		large: "it is larger than %d MB", refused: "%s answered %d", silent: "%s did not answer",
		broken: "the connection broke while it was fetched", denied: "it is denied: %s", none: "files are not kept here",
	},
	"ru": {
		failed: "не удалось получить", foreign: "адрес не принадлежит %s", moved: "адрес ведёт за пределы %s",
		large: "больше %d МБ", refused: "%s отвечает: %d", silent: "%s не отвечает",
		broken: "связь оборвалась при загрузке", denied: "отказано: %s", none: "файлы здесь не хранятся",
	},
}
