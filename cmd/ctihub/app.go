package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"ctihub/cmd/ctihub/office"
	"ctihub/config"
	"ctihub/connectors/engine"
	"ctihub/leads"
	"ctihub/router"
	"ctihub/storage"
	"ctihub/storage/attachments"
	"ctihub/storage/bell"
	"ctihub/storage/dedupe"
	"ctihub/storage/recordings"
	"ctihub/web"
	"ctihub/web/ui"
)

// stopGrace is how long requests in hand may take after the signal to stop.
const stopGrace = 10 * time.Second

type appOptions struct {
	Log  *slog.Logger
	Demo *demo // nil: no demo office
	// AtStep is for tests that end the process on the way, see [storage.Step].
	AtStep func(storage.Step)
	// Now is the hub's clock, time.Now if nil, for tests in which it is wrong.
	Now func() time.Time
}

// app is one running hub: everything is wired here and nowhere else.
type app struct {
	log      *slog.Logger
	store    *storage.Store
	redis    *redis.Client // nil: in memory
	bell     *bell.Bell    // nil: no other hubs, or no Redis to reach them
	shared   bool          // other hubs may write to the same database
	feed     *router.Feed
	router   *router.Router
	presence *router.Presence
	sources  *engine.Supervisor
	outbox   *router.Dispatcher // nil: no sinks
	sounds   *recordings.Keeper
	postman  *engine.Postman
	files    *attachments.Store
	late     *router.Escalation
	keep     *router.Retention
	lost     *router.LostCalls
	digest   *router.Digest // nil: none is wanted
	web      *web.Server
	server   *http.Server
	listener net.Listener

	countReplies func([]leads.Event) // for the metrics
}

// newApp opens the database, makes every connector and takes the listening
// address, so that whatever is wrong shows before the hub says that it runs.
func newApp(ctx context.Context, cfg config.Config, opts appOptions) (_ *app, err error) {
	a := &app{log: opts.Log, feed: router.NewFeed(), shared: cfg.Database != ""}
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	if opts.Now == nil {
		opts.Now = time.Now
	}
	sinks, err := makeSinks(cfg, a.log, colleagues{a}, opts.Now)
	if err != nil {
		return nil, err
	}
	a.store, err = storage.Open(ctx, storage.Config{
		Database: cfg.Database, DataDir: cfg.Data, Sinks: rulesOf(sinks), CallbackWithin: cfg.CallBackWithin, AtStep: opts.AtStep, Now: opts.Now,
		Dialling: dialPolicy(cfg), Zone: cfg.Zone,
	})
	if err != nil {
		return nil, err
	}
	a.feed.Rights = a.store
	if m := a.store.Migrated(); m.Applied > 0 && m.From > 0 {
		a.log.InfoContext(ctx, "the database was brought up to date", "from_version", m.From, "version", m.Version, "copy_from_before", m.Copy)
	}
	if opts.Demo == nil {
		if err := office.Refuse(ctx, a.store); err != nil {
			return nil, err
		}
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))

	claims, err := a.openDedupe(ctx, cfg)
	if err != nil {
		return nil, err
	}
	a.openOutbox(sinks, metrics)
	a.countReplies = observeReplies(metrics)
	now := officeClock(cfg, opts.Now)
	a.late = &router.Escalation{Store: a.store, Feed: a.feed, Log: a.log, Now: now}
	a.keep = &router.Retention{Store: a.store, Keep: retention(cfg.KeepDays), Log: a.log}
	if cfg.Digest > 0 {
		a.digest = &router.Digest{Store: a.store, Feed: a.feed, Log: a.log, Hour: cfg.Digest, Now: now}
	}
	a.router = &router.Router{Store: a.store, Feed: a.feed, Log: a.log, Now: now}
	a.presence = &router.Presence{Store: a.store, Feed: a.feed, WrapUp: cfg.WrapUp, OnAvailable: a.router.Sweep, Log: a.log, Now: now}
	intake := &leads.Intake{
		Store: a.store, Dedupe: claims, Feed: a.feed, Router: a.router,
		Region: cfg.Region, Now: opts.Now, Observe: observeTouches(metrics),
	}
	a.sources = engine.New(intake.OwnedInbox, a.log)
	a.sources.Keep(a.store, observeReconciliations(metrics))
	if a.shared {
		a.sources.Share(a.store)
	}
	if err := a.openFiles(cfg, opts.Now); err != nil {
		return nil, err
	}
	if err := a.addSources(cfg, opts.Now); err != nil {
		return nil, err
	}
	a.openPostman()
	a.lost = &router.LostCalls{
		Store: a.store, Follows: a.sources.FollowsCall, Inbox: func(source string) leads.Inbox { return intake.Inbox(source, "") },
		After: leads.LostAfter(cfg.LostCalls), Log: a.log, Now: opts.Now,
	}
	a.observeState(metrics, rulesOf(sinks))
	o := web.Options{
		Store: a.store, Intake: intake, Feed: a.feed, Sources: webSources{a.sources}, Sounds: a.sounds.Files, Attachments: a.files, UI: ui.Dist(), Metrics: metrics, Log: a.log, Now: now,
		PublicURL: cfg.PublicURL, Region: cfg.Region, Version: buildVersion(), TrustedProxies: cfg.TrustedProxies,
		Hosts: cfg.HostNames(), Scrapers: web.Scrapers(cfg.Metrics),
		Limits: web.Limits{RequestsPerAddress: cfg.Limits.RequestsPerAddress, StreamsPerUser: cfg.Limits.StreamsPerUser, UploadsWaiting: cfg.Limits.UploadsWaitingMB << 20},
		Hub:    cfg.Hub, MinFree: uint64(cfg.MinFreeMB) << 20, FreeDisk: func() (uint64, error) { return storage.FreeDisk(cfg.Data) },
		OnAvailable: a.router.Sweep, Sinks: rulesOf(sinks), Links: linksOf(sinks), OnReplay: a.kickOutbox, OnReply: a.postman.Kick, EndCall: a.lost.End, Uploads: a.files.Of(uploads),
	}
	var root http.Handler
	if opts.Demo == nil {
		a.web = web.New(o)
		root = a.web
	} else {
		if err := opts.Demo.open(ctx, a, intake); err != nil {
			return nil, fmt.Errorf("preparing the demo office: %w", err)
		}
		o.Demo = opts.Demo
		a.web = web.New(o)
		root = opts.Demo.handler(a.web)
	}
	a.server = &http.Server{Handler: root, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
	a.server.RegisterOnShutdown(a.web.CloseStreams)
	if a.listener, err = listen(ctx, cfg); err != nil {
		return nil, err
	}
	a.listener = a.web.LimitConnections(a.listener, cfg.Limits.ConnectionsPerAddress)
	return a, nil
}

// openDedupe connects what keeps hubs from colliding: Redis if there is one.
func (a *app) openDedupe(ctx context.Context, cfg config.Config) (leads.Dedupe, error) {
	if cfg.Redis == "" {
		return dedupe.NewMemory(), nil
	}
	var err error
	if a.redis, err = dedupe.Dial(cfg.Redis); err != nil {
		return nil, err
	}
	if a.shared {
		a.bell = bell.New(a.redis, newID())
		a.feed.Notify = a.bell.Ring
	}
	claims := dedupe.NewRedis(a.redis, a.log)
	claims.Probe(ctx)
	return claims, nil
}

func (a *app) addSources(cfg config.Config, now func() time.Time) error {
	var found config.Errors
	for _, src := range cfg.Sources {
		k, err := kindOf(src.Kind, sourceKinds())
		if err == nil {
			env := a.env(cfg, src.Name, now)
			env.Settings = src.Decode
			err = a.sources.Add(k, env, src.Team, src.Demo)
		}
		found = append(found, src.Explain(err)...)
	}
	if len(found) > 0 {
		return found
	}
	return nil
}

// addr is the address that the hub listens on.
func (a *app) addr() string { return a.listener.Addr().String() }

// Run works until ctx ends, then stops in this order: the connectors finish the
// touch in hand, requests are answered, streams end, the database closes.
func (a *app) Run(ctx context.Context) error {
	defer a.close()
	behind, stopBehind := context.WithCancel(context.WithoutCancel(ctx)) // what the front still needs while it stops
	defer stopBehind()
	var back errgroup.Group
	front, running := errgroup.WithContext(ctx)
	back.Go(func() error { return a.router.Run(behind) })
	back.Go(func() error { return a.sounds.Run(behind) })
	back.Go(func() error { return a.files.Run(behind) })
	back.Go(func() error { return a.late.Run(behind) })
	back.Go(func() error { return a.keep.Run(behind) })
	back.Go(func() error { return a.lost.Run(behind) })
	back.Go(func() error { return a.presence.Run(behind) })
	back.Go(func() error { return watchDescriptors(behind, a.log) })
	if a.digest != nil {
		back.Go(func() error { return a.digest.Run(behind) })
	}
	if a.outbox != nil {
		back.Go(func() error { return a.outbox.Run(behind) })
	}
	var hint <-chan struct{}
	if a.bell != nil {
		hint = a.bell.Heard()
		back.Go(func() error { return a.bell.Run(behind) })
	}
	// Also on SQLite: a touch may be stored after its sender has given up.
	back.Go(func() error { return a.feed.Follow(behind, a.store, hint, a.log) })
	front.Go(func() error { return a.sources.Run(running) })
	front.Go(func() error { return a.postman.Run(running) })
	front.Go(func() error {
		if err := a.server.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	a.log.Info("the hub runs", "address", a.addr())
	<-running.Done()
	a.log.Info("stopping")
	grace, cancel := context.WithTimeout(behind, stopGrace)
	defer cancel()
	err := a.server.Shutdown(grace)
	err = errors.Join(err, front.Wait())
	stopBehind()
	return errors.Join(err, back.Wait())
}

func (a *app) close() {
	if a.listener != nil {
		_ = a.listener.Close()
	}
	if a.redis != nil {
		_ = a.redis.Close()
	}
	if a.store != nil {
		_ = a.store.Close()
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func retention(k config.KeepDays) leads.Retention {
	const day = 24 * time.Hour
	return leads.Retention{
		Events: time.Duration(k.Events) * day, Deliveries: time.Duration(k.Deliveries) * day, Quarantine: time.Duration(k.Quarantine) * day,
	}
}

// observeReconciliations counts what differed between hub and journal.
func observeReconciliations(reg prometheus.Registerer) func(leads.Reconciliation) {
	found := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ctihub_journal_differences_total", Help: "Calls about which the hub and the journal of the exchange disagreed, by source and kind (missing, differs, unknown).",
	}, []string{"source", "kind"})
	missing := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "ctihub_journal_missing", Help: "Calls of the day compared last that the hub does not know after the repair.",
	}, []string{"source"})
	reg.MustRegister(found, missing)
	return func(r leads.Reconciliation) {
		missing.WithLabelValues(r.Source).Set(float64(r.Missing))
		for _, kind := range []leads.DifferenceKind{leads.DifferenceMissing, leads.DifferenceOther, leads.DifferenceUnknown} {
			found.WithLabelValues(r.Source, string(kind)) // 0 is a number too
		}
		for _, d := range r.Differences {
			found.WithLabelValues(r.Source, string(d.Kind)).Inc()
		}
	}
}

// observeTouches counts and times what is stored, by channel only.
func observeTouches(reg prometheus.Registerer) func(leads.Touch, leads.Stored, time.Duration) {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "ctihub_touch_seconds", Help: "Time from a connector's Put to its commit, by channel.",
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
	}, []string{"channel"})
	made := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ctihub_interactions_total", Help: "New interactions, by channel.",
	}, []string{"channel"})
	unread := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ctihub_unread_identities_total", Help: "Phones and addresses that could not be read and wait beside a contact to be corrected, by source and kind.",
	}, []string{"source", "kind"})
	reg.MustRegister(seconds, made, unread)
	return func(t leads.Touch, s leads.Stored, took time.Duration) {
		seconds.WithLabelValues(string(t.Channel)).Observe(took.Seconds())
		if s.New {
			made.WithLabelValues(string(t.Channel)).Inc()
			for _, u := range t.Unread {
				unread.WithLabelValues(t.Source, string(u.Kind)).Inc()
			}
		}
	}
}
