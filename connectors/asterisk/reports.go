package asterisk

import (
	"errors"
	"fmt"
	"sync"

	"ctihub/connectors"
	"ctihub/leads"
)

// healthReports merges the health of the connection, the journal and the pauses into one.
type healthReports struct {
	env       connectors.Env
	mu        sync.Mutex
	linkKnown bool
	linkErr   error
	journal   leads.JournalState
	pauseErr  error // why pauses do not reach the queues; nil: they do, or none is needed
}

func (r *healthReports) setConnection(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.linkKnown, r.linkErr = true, err
	r.publish()
}

func (r *healthReports) setPausing(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if fmt.Sprint(err) == fmt.Sprint(r.pauseErr) {
		return
	}
	r.pauseErr = err
	if r.linkKnown {
		r.publish()
	}
}

func (r *healthReports) setJournal(s leads.JournalState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s == r.journal {
		return
	}
	changed := s.State != r.journal.State || s.Error != r.journal.Error
	r.journal = s
	if r.env.Report.Journal != nil {
		r.env.Report.Journal(s)
	}
	if changed && r.linkKnown {
		r.publish()
	}
}

func (r *healthReports) publish() {
	err := r.linkErr
	if err == nil && r.journal.Error != "" {
		err = errors.New(r.journal.Error)
	}
	if err == nil {
		err = r.pauseErr
	}
	r.env.Report.Health(err)
}
