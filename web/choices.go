package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// ListChoices lists the values that filters of lists offer, with the configured lines and their
// advertisements.
func (o operations) ListChoices(ctx context.Context, _ api.ListChoicesRequestObject) (api.ListChoicesResponseObject, error) {
	c, err := o.Store.Choices(ctx, viewer(ctx))
	for _, d := range o.Sources.DIDs() {
		c.Lines, c.Advertisements = append(c.Lines, d.Number), append(c.Advertisements, d.Advert)
	}
	c.Lines, c.Advertisements = leads.SortChoices(c.Lines), leads.SortChoices(c.Advertisements)
	return api.ListChoices200JSONResponse(c), err
}
