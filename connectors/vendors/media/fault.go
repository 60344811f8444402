package media

import (
	"errors"
	"fmt"
	"net/http"
)

// why a file could not be had.
type reason int

const (
	failed  reason = iota // for no reason that people should read
	foreign               // its address is not the vendor's
	moved                 // a redirect leads away
	large
	refused // by an HTTP status
	silent
	broken
	denied // by the vendor's API, in words
	none   // the hub keeps no files
)

// Fault is why a vendor's file could not be had.
type Fault struct {
	reason     reason
	vendor     string
	number     int64  // MB of large, status of refused
	vendorText string // of denied
}

func (v Vendor) fault(w reason) *Fault {
	return &Fault{reason: w, vendor: v.Name, number: v.Most >> 20}
}

// Denied is a vendor's word that a file will never be had.
func (v Vendor) Denied(err error) *Fault {
	return &Fault{reason: denied, vendor: v.Name, vendorText: err.Error()}
}

// Error implements error, in English.
func (f *Fault) Error() string { return f.text("en") }

func (f *Fault) text(lang string) string {
	table := reasonTexts[lang]
	if table == nil {
		table = reasonTexts["en"]
	}
	format := table[f.reason]
	switch f.reason {
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

// Final reports whether asking again is in vain.
func Final(err error) bool {
	var f *Fault
	if !errors.As(err, &f) {
		return false
	}
	switch f.reason {
	case foreign, moved, large, denied, none:
		return true
	case refused:
		return f.number != http.StatusTooManyRequests && f.number != http.StatusRequestTimeout && f.number < 500
	}
	return false
}

// TooLarge reports whether a file is larger than is fetched.
func TooLarge(err error) bool {
	var f *Fault
	return errors.As(err, &f) && f.reason == large
}

// Words say in a language of the hub (ru, en) why a file could not be had.
func Words(err error, lang string) string {
	var f *Fault
	if !errors.As(err, &f) {
		f = &Fault{}
	}
	return f.text(lang)
}

var reasonTexts = map[string]map[reason]string{
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
