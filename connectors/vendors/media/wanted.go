package media

import (
	"context"
	"errors"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Wanted is a file of a message that is delivered only once.
type Wanted struct {
	Name, URL string
	Word      string // the kind of file, for the note if there is no file
}

// FetchAll stores the files of a message with its touch while the time lasts, and calls missing
// for each file that is not available; its why is nil if files is nil. On an error, read the
// message again.
func (v Vendor) FetchAll(ctx context.Context, within time.Duration, files connectors.Files, t *leads.Touch, wanted []Wanted, missing func(f Wanted, why error)) error {
	stopped := ctx
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for n, f := range wanted {
		if files == nil {
			missing(f, nil)
			continue
		}
		kept, err := v.Fetch(ctx, files, t.ExternalID, n, f.Name, f.URL)
		switch {
		case stopped.Err() != nil:
			return stopped.Err() // the next start fetches the message with its files
		case errors.Is(err, ErrNotKept):
			return err
		case err != nil:
			missing(f, err)
		default:
			t.Attachments = append(t.Attachments, kept)
		}
	}
	return nil
}
