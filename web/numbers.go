package web

import (
	"context"

	"ctihub/leads/numbers"
	"ctihub/web/api"
)

// GetNumberPlace returns where a telephone number is from.
func (o operations) GetNumberPlace(_ context.Context, req api.GetNumberPlaceRequestObject) (api.GetNumberPlaceResponseObject, error) {
	place, err := numbers.PlaceOf(req.Number)
	return api.GetNumberPlace200JSONResponse{
		Body:    place,
		Headers: api.GetNumberPlace200ResponseHeaders{CacheControl: "private, max-age=86400"},
	}, err
}
