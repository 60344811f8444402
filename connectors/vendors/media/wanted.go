package media

import (
	"context"
	"errors"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Wanted is a file of a message that does not come again.
type Wanted struct {
	Name, URL string
	Word      string // what it is, for when it cannot be had
}

// FetchAll keeps the files of a message with its touch, as long as the time
// allows, and tells of each that cannot be had: why is nil when there is no
// place for files. An error means that the message must be taken in again.
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
			return stopped.Err() // with its files, at the next start
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
