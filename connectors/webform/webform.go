// Package webform receives what visitors write into the forms of websites:
// from scripts as JSON, from plain HTML forms urlencoded or as multipart, and
// from the form that the hub itself gives to a website (embed.js).
package webform

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Kind returns the kind "webform".
func Kind() connectors.Kind {
	return connectors.Kind{Name: "webform", Source: schema, In: open}
}

// form is one website's form.
type form struct {
	settings
	name      string
	region    string
	publicURL string
	log       *slog.Logger
	now       func() time.Time

	visitors *recent[*visitor] // by address
	posts    *recent[post]     // by content and address, of posts without a key
	slots    chan struct{}     // one for each post that is being stored

	said      *recent[textCount] // by text
	proofs    *recent[string]    // by challenge: what it was used for
	proofKey  []byte             // by which challenges are recognised
	files     connectors.Files   // nil: nobody keeps files
	hours     []leads.Shift      // in which visitors can be called; none: they are not offered it
	zone      *time.Location     // of the hours
	tested    func()             // a vendor has tested the address
	callBack  func(ctx context.Context, externalID, client string) (bool, error)
	rung      *recent[ringing]  // by number
	folder    string            // for files on their way
	receiving *connectors.Slots // one for each post whose files come in
	bodies    *connectors.Bodies
}

func open(env connectors.Env) (connectors.Source, error) {
	f, err := newForm(env)
	if err != nil {
		return connectors.Source{}, err
	}
	return connectors.Source{Receive: f.Handler, Embed: f.Embed(), Fields: slices.Sorted(maps.Keys(f.Custom))}, nil
}

func newForm(env connectors.Env) (*form, error) {
	var s settings
	if err := schema.Decode(env.Settings, &s); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	hours, err := s.Callback.shifts()
	if err != nil {
		return nil, err
	}
	if env.Hub.Zone == nil {
		env.Hub.Zone = time.UTC
	}
	if env.Report.Tested == nil {
		env.Report.Tested = func() {}
	}
	return &form{
		settings: s, name: env.Name, region: env.Hub.Region, publicURL: env.Hub.PublicURL,
		log: env.Log, now: env.Now,
		visitors: newRecent[*visitor](maxVisitors), posts: newRecent[post](maxPosts),
		slots: make(chan struct{}, maxStoring),
		said:  newRecent[textCount](maxPosts), proofs: newRecent[string](maxProofs), proofKey: s.Proof.key(),
		hours: hours, zone: env.Hub.Zone, callBack: env.Calls.CallBack, rung: newRecent[ringing](maxVisitors),
		tested: env.Report.Tested, files: env.Files, folder: env.DataDir, receiving: connectors.NewSlots(maxReceiving, maxReceivingOfOne),
		bodies: env.Net.Bodies,
	}, nil
}

// Handler serves POST /in/<name> and GET /in/<name>/thanks.
func (f *form) Handler(in leads.Inbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.serve(w, r, in) })
}
