package connectors

import (
	"errors"
	"fmt"
)

// Mistakes collects all mistakes in settings, so that they are reported at once.
type Mistakes struct{ all []error }

// If notes a mistake where wrong is true.
func (m *Mistakes) If(wrong bool, format string, args ...any) {
	if wrong {
		m.all = append(m.all, fmt.Errorf(format, args...))
	}
}

// Add notes an error, if there is one.
func (m *Mistakes) Add(err error) {
	if err != nil {
		m.all = append(m.all, err)
	}
}

// All returns them one by one.
func (m *Mistakes) All() []error { return m.all }

// Err is nil when nothing is wrong, and joins what is.
func (m *Mistakes) Err() error { return errors.Join(m.all...) }
