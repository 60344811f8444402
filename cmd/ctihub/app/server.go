package app

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/cmd/ctihub/demo"
	"ctihub/leads"
	"ctihub/leads/companies"
	"ctihub/leads/contacts"
	"ctihub/leads/fields"
	"ctihub/leads/people"
	"ctihub/leads/replies"
	"ctihub/leads/views"
	"ctihub/leads/worklist"
	"ctihub/storage"
	"ctihub/web"
	"ctihub/web/ui"
)

// webOptions are the services and settings of the web server.
func (h *Hub) webOptions(sinks []configuredSink, metrics *prometheus.Registry) web.Options {
	cfg := h.cfg
	return web.Options{
		Store: web.Store{
			Records: h.store, Accounts: h.store, SessionStore: h.store, EventLog: h.store, Uploaded: h.store,
			QuarantineStore: h.store, Journals: h.store, DeliveryStore: h.store, Database: h.store,
		},
		Contacts:  &contacts.Service{Store: storage.Room[contacts.Tx]{Store: h.store}, Region: cfg.Region, Now: h.now},
		Companies: &companies.Service{Store: storage.Room[companies.Tx]{Store: h.store}, Region: cfg.Region, Now: h.now}, Pipeline: h.pipeline, Facts: h.facts,
		Fields:  &fields.Service{Store: storage.Room[fields.Tx]{Store: h.store}, Rules: leads.CustomRules{Region: cfg.Region}},
		Replies: h.replies, Templates: &replies.Templates{Store: h.store},
		Views:     &views.Service{Store: storage.Room[views.Tx]{Store: h.store}, Now: h.now},
		HandOvers: h.handovers,
		Tasks:     h.tasks, Worklist: &worklist.Service{Store: h.store, Within: cfg.CallBackWithin, Now: officeClock(cfg, h.now)}, Calls: h.calls, People: h.people, Links: &people.Links{Store: h.store, Messengers: messengersOf(sinks), Log: h.log},
		Intake: h.intake, Feed: h.feed, Sources: h.sources, Sounds: h.recordings.Files, Attachments: h.attachments, UI: ui.Dist(), Metrics: metrics, Log: h.log, Now: officeClock(cfg, h.now),
		PublicURL: cfg.PublicURL, Region: cfg.Region, Version: h.version, TrustedProxies: cfg.TrustedProxies,
		Hosts: cfg.HostNames(), Scrapers: web.Scrapers(cfg.Metrics),
		Limits: web.Limits{RequestsPerAddress: cfg.Limits.RequestsPerAddress, StreamsPerUser: cfg.Limits.StreamsPerUser, UploadsWaiting: cfg.Limits.UploadsWaitingMB << 20},
		Hub:    cfg.Hub, MinFree: uint64(cfg.MinFreeMB) << 20, FreeDisk: func() (uint64, error) { return storage.FreeDisk(cfg.Data) },
		Sinks: rulesOf(sinks), OnReplay: h.kickOutbox, Uploads: h.attachments.Of(uploads),
	}
}

// openServer creates the web server, behind the demo's website if there is one, and
// opens the listening socket.
func (h *Hub) openServer(ctx context.Context, opts Options, o web.Options) (err error) {
	var root http.Handler
	if opts.Demo == nil {
		h.web = web.New(o)
		root = h.web
	} else {
		office := demo.Office{
			Store: h.store, Inbox: h.intake.Inbox, People: h.people, Pipeline: h.pipeline, Tasks: h.tasks, Facts: h.facts, Contacts: o.Contacts, Fields: o.Fields,
			Route: h.router.Route, Log: h.log,
		}
		if err := opts.Demo.Open(ctx, office, h.addDemo); err != nil {
			return fmt.Errorf("preparing the demo office: %w", err)
		}
		o.Demo = opts.Demo
		h.web = web.New(o)
		root = opts.Demo.Handler(h.web)
	}
	if opts.Wrap != nil {
		root = opts.Wrap(root)
	}
	h.server = &http.Server{Handler: root, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
	h.server.RegisterOnShutdown(h.web.CloseStreams)
	if h.listener, err = listen(ctx, h.cfg); err != nil {
		return err
	}
	h.listener = h.web.LimitConnections(h.listener, h.cfg.Limits.ConnectionsPerAddress)
	return nil
}
