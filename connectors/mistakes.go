package connectors

import (
	"errors"
	"fmt"
)

// Mistakes collects all mistakes in settings, so that they are reported at once.
type Mistakes struct{ all []error }

// If adds a mistake if wrong is true.
func (m *Mistakes) If(wrong bool, format string, args ...any) {
	if wrong {
		m.all = append(m.all, fmt.Errorf(format, args...))
	}
}

// Add adds an error unless it is nil.
func (m *Mistakes) Add(err error) {
	if err != nil {
		m.all = append(m.all, err)
	}
}

// All returns the mistakes one by one.
func (m *Mistakes) All() []error { return m.all }

// Err joins the mistakes; it is nil if there are none.
func (m *Mistakes) Err() error { return errors.Join(m.all...) }
