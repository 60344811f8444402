package app

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"ctihub/cmd/ctihub/demo"
	"ctihub/config"
	"ctihub/connectors"
	"ctihub/connectors/engine"
	"ctihub/leads"
	"ctihub/leads/facts"
	"ctihub/leads/fields"
	"ctihub/leads/handover"
	"ctihub/leads/intake"
	"ctihub/leads/people"
	"ctihub/leads/pipeline"
	"ctihub/leads/tasks"
	"ctihub/router"
	"ctihub/storage"
	"ctihub/storage/dedupe"
	"ctihub/storage/pubsub"
)

// New opens the database, creates every connector and opens the listening socket, so
// that every mistake shows before the hub reports that it runs.
func New(ctx context.Context, cfg config.Config, opts Options) (_ *Hub, err error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Demo != nil {
		opts.Now = opts.Demo.Clock(opts.Now)
	}
	h := &Hub{cfg: cfg, now: opts.Now, version: opts.Version, log: opts.Log, feed: router.NewFeed(), notifier: &people.Notifier{}, shared: cfg.Database != ""}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	sinks, err := makeSinks(cfg, h.log, h.notifier, h.now)
	if err != nil {
		return nil, err
	}
	claims, err := h.openDedupe(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.openStore(ctx, opts, rulesOf(sinks), claims); err != nil {
		return nil, err
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	h.openOutbox(sinks, metrics)
	h.pipeline = &pipeline.Service{Store: storage.Room[pipeline.Tx]{Store: h.store}, Region: h.cfg.Region, Now: h.now}
	h.notifier.TakeLead = h.pipeline.Take
	h.openReplies(metrics)
	h.openRouter()
	h.openIntake(metrics)
	if err := h.openFiles(); err != nil {
		return nil, err
	}
	h.openCalls()
	if err := h.addSources(); err != nil {
		return nil, err
	}
	h.openReplyDispatcher()
	h.lostCalls = &router.LostCalls{
		Store: h.store, Follows: h.sources.FollowsCall, End: h.calls.EndLost,
		After: router.LostAfter(cfg.LostCalls), Log: h.log, Now: h.now,
	}
	h.observeState(metrics, rulesOf(sinks))
	if err := h.openServer(ctx, opts, h.webOptions(sinks, metrics)); err != nil {
		return nil, err
	}
	if err := h.warnOfFields(ctx); err != nil {
		return nil, err
	}
	return h, nil
}

// openStore opens the database. Without the demo office it refuses a database that
// the demo made.
func (h *Hub) openStore(ctx context.Context, opts Options, sinks []leads.SinkRule, claims intake.Dedupe) (err error) {
	h.store, err = storage.Open(ctx, storage.Config{
		Database: h.cfg.Database, DataDir: h.cfg.Data, Sinks: sinks, CallbackWithin: h.cfg.CallBackWithin, AtStep: opts.AtStep, Now: h.now,
		Publish: h.feed.Publish, Dedupe: claims, Pick: h.pick(opts.Leave),
	})
	if err != nil {
		return err
	}
	h.feed.Rights, h.notifier.Store = h.store, h.store
	if m := h.store.Migrated(); m.Applied > 0 && m.From > 0 {
		h.log.InfoContext(ctx, "the database was brought up to date", "from_version", m.From, "version", m.Version, "copy_from_before", m.Copy)
	}
	if opts.Demo == nil {
		return demo.Refuse(ctx, h.store)
	}
	return nil
}

// pick picks the manager of a new lead, by the clock of the office.
func (h *Hub) pick(leave func(leads.Lead) bool) storage.Pick {
	return func(lead leads.Lead, ownerID string, all []leads.Candidate, at time.Time) (*leads.Candidate, string) {
		if leave != nil && leave(lead) {
			return nil, ""
		}
		return router.Pick(lead, ownerID, all, at.In(h.cfg.Zone))
	}
}

// openDedupe connects Redis, over which hubs recognise that another one stores a touch of the same
// person just now. A hub without Redis needs nothing beside the database.
func (h *Hub) openDedupe(ctx context.Context) (intake.Dedupe, error) {
	if h.cfg.Redis == "" {
		return nil, nil
	}
	var err error
	if h.redis, err = dedupe.Dial(h.cfg.Redis); err != nil {
		return nil, err
	}
	if h.shared {
		h.peers = pubsub.New(h.redis, newID())
		h.feed.Notify = h.peers.Notify
	}
	claims := dedupe.NewRedis(h.redis, h.log)
	claims.Probe(ctx)
	return claims, nil
}

// openRouter creates the workers that use the office's clock: routing, escalation,
// retention, digest and presence.
func (h *Hub) openRouter() {
	now := officeClock(h.cfg, h.now)
	h.tasks = &tasks.Service{Store: storage.Room[tasks.Tx]{Store: h.store}, Now: now}
	h.handovers = &handover.Service{Store: storage.Room[handover.Tx]{Store: h.store}, Now: h.now}
	h.escalation = &router.Escalation{Tasks: h.tasks, Log: h.log, Now: now}
	dates := &fields.Reminders{Store: storage.Room[fields.ReminderTx]{Store: h.store}, Now: now}
	h.reminders = &router.Reminders{Remind: dates.Remind, Log: h.log}
	h.retention = &router.Retention{Store: h.store, Keep: retentionOf(h.cfg.KeepDays), Log: h.log}
	h.indexer = &router.Indexer{Index: h.store.SearchIndex(), Log: h.log}
	h.duplicates = &router.Duplicates{Store: h.store, Log: h.log}
	if h.cfg.Digest > 0 {
		h.digest = &router.Digest{Store: h.store, Log: h.log, Hour: h.cfg.Digest, Now: now}
	}
	h.router = &router.Router{Store: h.store, Log: h.log, Now: now}
	h.people = &people.Service{Store: storage.Room[people.Tx]{Store: h.store}, Feed: h.feed, OnAvailable: h.router.Sweep, Now: now}
	h.facts = &facts.Service{Store: storage.Room[facts.Tx]{Store: h.store}, Region: h.cfg.Region, OnAvailable: h.router.Sweep, Now: now}
	h.presence = &router.Presence{People: h.people, Feed: h.feed, WrapUp: h.cfg.WrapUp, OnAvailable: h.router.Sweep, Log: h.log, Now: now}
}

// openIntake creates the intake, and the supervisor of the sources.
func (h *Hub) openIntake(metrics prometheus.Registerer) {
	h.intake = &intake.Service{
		Store: h.store, Router: h.router,
		Region: h.cfg.Region, Now: h.now, Observe: observeTouches(metrics),
	}
	h.sources = engine.New(h.intake.OwnedInbox, h.log)
	h.sources.EnableReconciliation(h.store, observeReconciliations(metrics))
	if h.shared {
		h.sources.Share(h.store)
	}
}

// addSources adds the configured sources, and returns all mistakes in their
// settings.
func (h *Hub) addSources() error {
	var found config.Errors
	for _, src := range h.cfg.Sources {
		k, err := kindOf(src.Kind, sourceKinds())
		if err == nil {
			env := h.Env(src.Name)
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

// warnOfFields says which custom fields the settings of sources name that are not there. What comes
// for them is in the text of the request.
func (h *Hub) warnOfFields(ctx context.Context) error {
	all, err := h.store.CustomFields(ctx)
	if err != nil {
		return err
	}
	for source, codes := range h.sources.Fields() {
		for _, code := range codes {
			if !slices.ContainsFunc(all, func(f leads.CustomField) bool { return f.ID == code && !f.Retired }) {
				h.log.Warn("a source has a value for a custom field that is not there or is retired: it goes into the text; make the field, or take it out of the settings", "source", source, "field", code)
			}
		}
	}
	return nil
}

// addDemo adds a source of the demo office.
func (h *Hub) addDemo(name string, k connectors.Kind) error {
	return h.sources.Add(k, h.Env(name), demo.Team, true)
}

// retentionOf converts the configured numbers of days to durations.
func retentionOf(k config.KeepDays) leads.Retention {
	const day = 24 * time.Hour
	return leads.Retention{
		Events: time.Duration(k.Events) * day, Deliveries: time.Duration(k.Deliveries) * day, Quarantine: time.Duration(k.Quarantine) * day,
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }
