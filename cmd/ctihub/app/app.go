// Package app makes one hub of a configuration: it wires storage, connectors,
// router and web server together, and runs and stops them.
package app

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/redis/go-redis/v9"

	"ctihub/cmd/ctihub/demo"
	"ctihub/config"
	"ctihub/connectors/engine"
	"ctihub/leads"
	"ctihub/leads/calls"
	"ctihub/leads/facts"
	"ctihub/leads/handover"
	"ctihub/leads/intake"
	"ctihub/leads/people"
	"ctihub/leads/pipeline"
	"ctihub/leads/replies"
	"ctihub/leads/tasks"
	"ctihub/router"
	"ctihub/storage"
	"ctihub/storage/attachments"
	"ctihub/storage/pubsub"
	"ctihub/storage/recordings"
	"ctihub/web"
)

// Options are settings that are not in the configuration.
type Options struct {
	Log  *slog.Logger
	Demo *demo.Demo // nil: no demo office
	// Version is the version that the hub reports, such as 0.1.0+0123abcd.
	Version string
	// AtStep lets tests end the process at a step, see [storage.Step].
	AtStep func(storage.Step)
	// Leave lets tests leave new leads to the router; nil: none.
	Leave func(leads.Lead) bool
	// Now is the hub's clock; nil: time.Now. Tests set a wrong one.
	Now func() time.Time
	// Wrap lets tests answer some requests in the hub's place; nil: none.
	Wrap func(http.Handler) http.Handler
}

// Hub is one running hub: everything is wired here and nowhere else.
type Hub struct {
	cfg         config.Config
	now         func() time.Time
	version     string
	log         *slog.Logger
	store       *storage.Store
	redis       *redis.Client    // nil: none
	peers       *pubsub.Notifier // nil: no other hubs, or no Redis to reach them
	shared      bool             // other hubs may write to the same database
	feed        *router.Feed
	router      *router.Router
	intake      *intake.Service
	presence    *router.Presence
	sources     *engine.Supervisor
	outbox      *router.Dispatcher // nil: no sinks
	recordings  *recordings.Keeper
	pipeline    *pipeline.Service
	replies     *replies.Service
	sending     *replies.Sending
	tasks       *tasks.Service
	facts       *facts.Service
	calls       *calls.Service
	people      *people.Service
	notifier    *people.Notifier
	dispatcher  *engine.ReplyDispatcher
	attachments *attachments.Store
	escalation  *router.Escalation
	reminders   *router.Reminders
	handovers   *handover.Service
	retention   *router.Retention
	indexer     *router.Indexer
	duplicates  *router.Duplicates
	lostCalls   *router.LostCalls
	digest      *router.Digest // nil: switched off
	web         *web.Server
	server      *http.Server
	listener    net.Listener
}

// Addr is the address that the hub listens on, host:port.
func (h *Hub) Addr() string { return h.listener.Addr().String() }

// Store is the hub's database.
func (h *Hub) Store() *storage.Store { return h.store }

// People is the service of users, presence and devices.
func (h *Hub) People() *people.Service { return h.people }

// Feed is the hub's live feed.
func (h *Hub) Feed() *router.Feed { return h.feed }

// Sources are the hub's connectors; more can be added until it runs.
func (h *Hub) Sources() *engine.Supervisor { return h.sources }

// LostCalls ends calls for which no source reports an end.
func (h *Hub) LostCalls() *router.LostCalls { return h.lostCalls }

// Inbox is the inbox of a source that has no team.
func (h *Hub) Inbox(source string) leads.Inbox { return h.intake.Inbox(source, "") }
