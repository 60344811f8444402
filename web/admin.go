package web

import (
	"context"
	"net/http"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/web/api"
)

// ListSources lists the configured sources and their health.
func (o operations) ListSources(ctx context.Context, _ api.ListSourcesRequestObject) (api.ListSourcesResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Watch); err != nil {
		return nil, err
	}
	states := append([]leads.SourceState{}, o.Sources.States()...)
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = s.Name
	}
	stats, err := o.Store.SourceStats(ctx, names...)
	if err != nil {
		return nil, err
	}
	for i, s := range states {
		states[i].Count, states[i].LastTouch = stats[s.Name].Count, stats[s.Name].LastTouch
	}
	return api.ListSources200JSONResponse{Items: states}, nil
}

var errNoDemo = &problem{status: http.StatusNotFound, code: codeNotFound, title: "This hub is not a demo",
	detail: "Start it with `ctihub serve --demo`."}

// GetDemo returns the state of the demo office; outside of a demo nothing is enabled.
func (o operations) GetDemo(context.Context, api.GetDemoRequestObject) (api.GetDemoResponseObject, error) {
	if o.Demo == nil {
		return api.GetDemo200JSONResponse{}, nil
	}
	return api.GetDemo200JSONResponse(o.Demo.State()), nil
}

// SetDemo switches the simulated phone line.
func (o operations) SetDemo(ctx context.Context, req api.SetDemoRequestObject) (api.SetDemoResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Watch); err != nil {
		return nil, err
	}
	switch {
	case o.Demo == nil:
		return nil, errNoDemo
	case req.Body.Line == nil:
		return nil, invalid("line", "true or false.")
	}
	o.Demo.SetLine(*req.Body.Line)
	return api.SetDemo200JSONResponse(o.Demo.State()), nil
}

// ListGuessedSignIns lists for administrators the users whose passwords are being guessed.
func (o operations) ListGuessedSignIns(ctx context.Context, _ api.ListGuessedSignInsRequestObject) (api.ListGuessedSignInsResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Administer); err != nil {
		return nil, err
	}
	list := api.ListGuessedSignIns200JSONResponse{Items: []api.GuessedSignIn{}}
	for _, g := range o.signIns.guessed() {
		u, err := o.Store.User(ctx, g.id)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, api.GuessedSignIn{UserId: u.ID, Login: u.Login, Name: u.Name, Count: g.count, Since: g.since.UTC(), Last: g.last.UTC()})
	}
	return list, nil
}
