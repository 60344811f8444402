// Package app makes one hub of a configuration: it wires storage, connectors,
// router and web server together, and runs and stops them.
package app

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

	"ctihub/cmd/ctihub/demo"
	"ctihub/config"
	"ctihub/connectors"
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

// Options are what the configuration does not tell.
type Options struct {
	Log  *slog.Logger
	Demo *demo.Demo // nil: no demo office
	// Version is what the hub tells of itself, such as 0.1.0+0123abcd.
	Version string
	// AtStep is for tests that end the process on the way, see [storage.Step].
	AtStep func(storage.Step)
	// Now is the hub's clock, time.Now if nil, for tests in which it is wrong.
	Now func() time.Time
	// Wrap is for tests that answer some requests in the hub's place; nil: none.
	Wrap func(http.Handler) http.Handler
}

// Hub is one running hub: everything is wired here and nowhere else.
type Hub struct {
	cfg      config.Config
	now      func() time.Time
	version  string
	log      *slog.Logger
	store    *storage.Store
	redis    *redis.Client // nil: in memory
	bell     *bell.Bell    // nil: no other hubs, or no Redis to reach them
	shared   bool          // other hubs may write to the same database
	feed     *router.Feed
	router   *router.Router
	intake   *leads.Intake
	presence *router.Presence
	sources  *connectors.Supervisor
	outbox   *router.Dispatcher // nil: no sinks
	sounds   *recordings.Keeper
	postman  *connectors.Postman
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

// New opens the database, makes every connector and takes the listening
// address, so that whatever is wrong shows before the hub says that it runs.
func New(ctx context.Context, cfg config.Config, opts Options) (_ *Hub, err error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	h := &Hub{cfg: cfg, now: opts.Now, version: opts.Version, log: opts.Log, feed: router.NewFeed(), shared: cfg.Database != ""}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	sinks, err := makeSinks(cfg, h.log, notifier{h}, opts.Now)
	if err != nil {
		return nil, err
	}
	h.store, err = storage.Open(ctx, storage.Config{
		Database: cfg.Database, DataDir: cfg.Data, Sinks: rulesOf(sinks), CallbackWithin: cfg.CallBackWithin, AtStep: opts.AtStep, Now: opts.Now,
		Dialling: dialPolicy(cfg), Zone: cfg.Zone,
	})
	if err != nil {
		return nil, err
	}
	h.feed.Rights = h.store
	if m := h.store.Migrated(); m.Applied > 0 && m.From > 0 {
		h.log.InfoContext(ctx, "the database was brought up to date", "from_version", m.From, "version", m.Version, "copy_from_before", m.Copy)
	}
	if opts.Demo == nil {
		if err := demo.Refuse(ctx, h.store); err != nil {
			return nil, err
		}
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))

	claims, err := h.openDedupe(ctx, cfg)
	if err != nil {
		return nil, err
	}
	h.openOutbox(sinks, metrics)
	h.countReplies = observeReplies(metrics)
	now := officeClock(cfg, opts.Now)
	h.late = &router.Escalation{Store: h.store, Feed: h.feed, Log: h.log, Now: now}
	h.keep = &router.Retention{Store: h.store, Keep: retention(cfg.KeepDays), Log: h.log}
	if cfg.Digest > 0 {
		h.digest = &router.Digest{Store: h.store, Feed: h.feed, Log: h.log, Hour: cfg.Digest, Now: now}
	}
	h.router = &router.Router{Store: h.store, Feed: h.feed, Log: h.log, Now: now}
	h.presence = &router.Presence{Store: h.store, Feed: h.feed, WrapUp: cfg.WrapUp, OnAvailable: h.router.Sweep, Log: h.log, Now: now}
	h.intake = &leads.Intake{
		Store: h.store, Dedupe: claims, Feed: h.feed, Router: h.router,
		Region: cfg.Region, Now: opts.Now, Observe: observeTouches(metrics),
	}
	h.sources = connectors.New(h.intake.OwnedInbox, h.log)
	h.sources.Keep(h.store, observeReconciliations(metrics))
	if h.shared {
		h.sources.Share(h.store)
	}
	if err := h.openFiles(cfg, opts.Now); err != nil {
		return nil, err
	}
	if err := h.addSources(cfg, opts.Now); err != nil {
		return nil, err
	}
	h.openPostman()
	h.lost = &router.LostCalls{
		Store: h.store, Follows: h.sources.FollowsCall, Inbox: func(source string) leads.Inbox { return h.intake.Inbox(source, "") },
		After: leads.LostAfter(cfg.LostCalls), Log: h.log, Now: opts.Now,
	}
	h.observeState(metrics, rulesOf(sinks))
	o := web.Options{
		Store: h.store, Intake: h.intake, Feed: h.feed, Sources: webSources{h.sources}, Sounds: h.sounds.Files, Attachments: h.files, UI: ui.Dist(), Metrics: metrics, Log: h.log, Now: now,
		PublicURL: cfg.PublicURL, Region: cfg.Region, Version: h.version, TrustedProxies: cfg.TrustedProxies,
		Hosts: cfg.HostNames(), Scrapers: web.Scrapers(cfg.Metrics),
		Limits: web.Limits{RequestsPerAddress: cfg.Limits.RequestsPerAddress, StreamsPerUser: cfg.Limits.StreamsPerUser, UploadsWaiting: cfg.Limits.UploadsWaitingMB << 20},
		Hub:    cfg.Hub, MinFree: uint64(cfg.MinFreeMB) << 20, FreeDisk: func() (uint64, error) { return storage.FreeDisk(cfg.Data) },
		OnAvailable: h.router.Sweep, Sinks: rulesOf(sinks), Links: linksOf(sinks), OnReplay: h.kickOutbox, OnReply: h.postman.Kick, EndCall: h.lost.End, Uploads: h.files.Of(uploads),
	}
	var root http.Handler
	if opts.Demo == nil {
		h.web = web.New(o)
		root = h.web
	} else {
		if err := opts.Demo.Open(ctx, h.store, h.intake.Inbox, h.addDemo); err != nil {
			return nil, fmt.Errorf("preparing the demo office: %w", err)
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
	if h.listener, err = listen(ctx, cfg); err != nil {
		return nil, err
	}
	h.listener = h.web.LimitConnections(h.listener, cfg.Limits.ConnectionsPerAddress)
	return h, nil
}

// openDedupe connects what keeps hubs from colliding: Redis if there is one.
func (h *Hub) openDedupe(ctx context.Context, cfg config.Config) (leads.Dedupe, error) {
	if cfg.Redis == "" {
		return dedupe.NewMemory(), nil
	}
	var err error
	if h.redis, err = dedupe.Dial(cfg.Redis); err != nil {
		return nil, err
	}
	if h.shared {
		h.bell = bell.New(h.redis, newID())
		h.feed.Notify = h.bell.Ring
	}
	claims := dedupe.NewRedis(h.redis, h.log)
	claims.Probe(ctx)
	return claims, nil
}

func (h *Hub) addSources(cfg config.Config, now func() time.Time) error {
	var found config.Errors
	for _, src := range cfg.Sources {
		k, err := kindOf(src.Kind, sourceKinds())
		if err == nil {
			env := h.env(cfg, src.Name, now)
			env.Settings = src.Decode
			err = h.sources.Add(k, env, src.Team, src.Demo)
		}
		found = append(found, src.Explain(err)...)
	}
	if len(found) > 0 {
		return found
	}
	return nil
}

// env is what a source is given to work with, beside its settings.
func (h *Hub) env(cfg config.Config, name string, now func() time.Time) connectors.Env {
	clock := officeClock(cfg, now)
	env := sourceEnv(cfg, name, now)
	env.Files, env.Receipt, env.Staff = h.files.Of(name), h.receipt(name), notifier{h}
	env.Choose, env.CallBack = h.choose(name, clock), h.callBack(name, clock)
	env.Devices, env.Dials, env.Pauses = h.noteDevices(name), dials{h, name}, pauses{h, name}
	return env
}

// addDemo adds a source of the demo office.
func (h *Hub) addDemo(name string, k connectors.Kind) error {
	return h.sources.Add(k, h.Env(name), demo.Team, true)
}

// Env is what the source of this name is given to work with, beside its settings.
func (h *Hub) Env(name string) connectors.Env { return h.env(h.cfg, name, h.now) }

// Addr is the address that the hub listens on, host:port.
func (h *Hub) Addr() string { return h.listener.Addr().String() }

// Store is the hub's database.
func (h *Hub) Store() *storage.Store { return h.store }

// Feed is the hub's live feed.
func (h *Hub) Feed() *router.Feed { return h.feed }

// Sources are the hub's connectors; more can be added until it runs.
func (h *Hub) Sources() *connectors.Supervisor { return h.sources }

// LostCalls ends the calls whose end nobody tells.
func (h *Hub) LostCalls() *router.LostCalls { return h.lost }

// Inbox stores touches in the name of a source that has no team.
func (h *Hub) Inbox(source string) leads.Inbox { return h.intake.Inbox(source, "") }

// Run works until ctx ends, then stops in this order: the connectors finish the
// touch in hand, requests are answered, streams end, the database closes.
func (h *Hub) Run(ctx context.Context) error {
	defer h.close()
	behind, stopBehind := context.WithCancel(context.WithoutCancel(ctx)) // what the front still needs while it stops
	defer stopBehind()
	var back errgroup.Group
	front, running := errgroup.WithContext(ctx)
	back.Go(func() error { return h.router.Run(behind) })
	back.Go(func() error { return h.sounds.Run(behind) })
	back.Go(func() error { return h.files.Run(behind) })
	back.Go(func() error { return h.late.Run(behind) })
	back.Go(func() error { return h.keep.Run(behind) })
	back.Go(func() error { return h.lost.Run(behind) })
	back.Go(func() error { return h.presence.Run(behind) })
	back.Go(func() error { return watchDescriptors(behind, h.log) })
	if h.digest != nil {
		back.Go(func() error { return h.digest.Run(behind) })
	}
	if h.outbox != nil {
		back.Go(func() error { return h.outbox.Run(behind) })
	}
	var hint <-chan struct{}
	if h.bell != nil {
		hint = h.bell.Heard()
		back.Go(func() error { return h.bell.Run(behind) })
	}
	// Also on SQLite: a touch may be stored after its sender has given up.
	back.Go(func() error { return h.feed.Follow(behind, h.store, hint, h.log) })
	front.Go(func() error { return h.sources.Run(running) })
	front.Go(func() error { return h.postman.Run(running) })
	front.Go(func() error {
		if err := h.server.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	h.log.Info("the hub runs", "address", h.Addr())
	<-running.Done()
	h.log.Info("stopping")
	grace, cancel := context.WithTimeout(behind, stopGrace)
	defer cancel()
	err := h.server.Shutdown(grace)
	err = errors.Join(err, front.Wait())
	stopBehind()
	return errors.Join(err, back.Wait())
}

func (h *Hub) close() {
	if h.listener != nil {
		_ = h.listener.Close()
	}
	if h.redis != nil {
		_ = h.redis.Close()
	}
	if h.store != nil {
		_ = h.store.Close()
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
