package asterisk

import (
	"errors"
	"fmt"
	"sync"

	"ctihub/connectors"
	"ctihub/leads"
)

// reports joins what the connection, the journal and the queues have to say about health.
type reports struct {
	env     connectors.Env
	mu      sync.Mutex
	linked  bool
	link    error
	journal leads.JournalState
	queues  error // of pauses; nil: they reach the queues, or need not
}

func (r *reports) connection(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.linked, r.link = true, err
	r.tell()
}

func (r *reports) pausing(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if fmt.Sprint(err) == fmt.Sprint(r.queues) {
		return
	}
	r.queues = err
	if r.linked {
		r.tell()
	}
}

func (r *reports) reading(s leads.JournalState) {
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
	if changed && r.linked {
		r.tell()
	}
}

func (r *reports) tell() {
	err := r.link
	if err == nil && r.journal.Error != "" {
		err = errors.New(r.journal.Error)
	}
	if err == nil {
		err = r.queues
	}
	r.env.Report.Health(err)
}
