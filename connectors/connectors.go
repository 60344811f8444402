package connectors

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"ctihub/leads"
)

// Source is one configured source. Each field is an ability;
// if it is nil or empty, the source lacks that ability.
type Source struct {
	// Run receives until ctx ends and then returns nil. Any earlier return, and
	// a panic, is logged and followed by a back-off and another call. Nil: the
	// source is fed over HTTP only.
	Run func(ctx context.Context, in leads.Inbox) error
	// Receive makes the handler of /in/<source> and everything below it, with the
	// prefix kept in the request's path. RemoteAddr is the client's as trusted
	// proxies give it: an IPv4 address, or the /64 network of an IPv6 one, without
	// a port.
	Receive func(in leads.Inbox) http.Handler
	// Embed serves /embed/<source>.js, with which a website embeds the source.
	Embed http.Handler
	// Route serves /route/<source>, where an exchange asks who should get a call.
	Route http.Handler
	// Fields are the codes of the custom fields that its settings name.
	Fields []string
	// Warning says that the source's settings work but should be changed.
	Warning leads.SourceWarning

	// Send hands one reply to the channel and returns the channel's id of it;
	// for mail that is the Message-ID. Errors: one marked by [leads.Permanent]
	// is final; one that wraps [leads.ErrNotSent] says that the channel has
	// certainly not taken it, and the hub retries it, not before the wait of
	// [leads.NotBefore]; after any other one the reply was perhaps sent. A final
	// one has a code of [leads.Because], others where there is one to tell. Texts
	// are shown to the author of the reply: in words, without secrets.
	Send func(ctx context.Context, r leads.Reply) (upstreamID string, err error)
	// Sends is what Send is able to.
	Sends Sending

	// Calls controls the calls of an exchange.
	Calls CallControl
	// DIDs are the numbers by which customers reach the company, as its calls have them.
	DIDs []leads.DID
	// Recording opens a recording of the name that a touch's call gave
	// ([leads.RecordedFile]). fs.ErrNotExist: the upstream has none of that
	// name (any more). Nil: the source is not set up for it.
	Recording func(ctx context.Context, file string) (io.ReadCloser, error)
	// Journal reads the exchange's own journal of calls. It
	// returns the calls that began from (inclusive) until (exclusive) and have
	// ended, and the ids of those that began then and still go on. The error is
	// ErrNoJournal or ErrJournalBehind when it cannot be read now.
	Journal func(ctx context.Context, from, until time.Time) (calls []leads.Touch, open []string, err error)
}

// Sink is one configured receiver of events.
type Sink struct {
	leads.Sink
	// Links lets users link their account with an address of the sink's channel.
	// Nil: they cannot.
	Links Inviter
}

// Env is the environment of a source or sink. It holds no SQL, no Redis
// and no configuration but its own.
type Env struct {
	Name     string               // the source's name, [a-z0-9-]+, unique
	Settings func(into any) error // strict decoding of the source's own keys: an unknown key is an error that names it
	DataDir  string               // folder for this source's files; may not exist yet
	Hub      Hub
	Net      Net
	Log      *slog.Logger     // carries the source's name; never log personal data
	Now      func() time.Time // clock
	// Files keeps attachments. Never nil in a hub; connectors under test bring theirs.
	Files Files
	// Staff links users of the hub with addresses of this channel. Nil: no user can
	// be linked.
	Staff  Staff
	Calls  Calls
	Report Report
}

// Hub is the configuration of the whole hub.
type Hub struct {
	Name      string         // of this hub, unique among those that share a database
	Region    string         // ISO 3166-1 alpha-2, default country of national phone numbers
	Zone      *time.Location // of the office's hours; nil: UTC
	PublicURL string         // address under which browsers reach the hub, without a trailing slash
}

// Net is for HTTP in both directions.
type Net struct {
	HTTP  *http.Client   // outgoing requests, with time-outs; trusts Roots
	Roots *x509.CertPool // authorities that outgoing TLS trusts; nil: the system's
	// Bodies bounds the memory of bodies that are posted to the source; call Take
	// before reading. Nil: no bound.
	Bodies *Bodies
}

// Calls are the hub's services for a source of calls. A nil field is not available.
type Calls struct {
	// Choose returns the extension of the user who should get the next call of a
	// phone (E.164), "" for none in particular. It writes nothing.
	Choose func(ctx context.Context, phone string) (extension string, err error)
	// CallBack places the call that a customer asked for (Touch.CallBack) in a touch
	// that was put: true when a manager's telephone is rung, and then the customer's.
	// It does so once, however often it is called, and only if the number may be
	// dialled (calls.Policy). client is the address of the customer's browser.
	CallBack func(ctx context.Context, externalID, client string) (bool, error)
	// Devices stores the states of telephones at this source's exchange.
	Devices func(ctx context.Context, changed ...leads.Device) error
	Dials   Dials  // the calls that users ask this source to place
	Pauses  Pauses // which users take no calls
	Gaps    GapLog // stores the times in which the source missed events
}

// Report has the functions by which a source reports its state to the hub.
type Report struct {
	Health func(err error) // a change: nil when connected and receiving, an error in words otherwise
	// Receipt stores what the channel reports about a reply. An error means: not
	// stored, report it again later. Unknown replies are no error.
	Receipt func(ctx context.Context, r leads.Receipt) error
	Journal func(leads.JournalState) // the state of reading an exchange's own journal; may be nil
	Tested  func()                   // a vendor has tested the address, and nothing was stored; may be nil
}

// GapLog stores the times in which a source missed events. Gaps with the same
// beginning are one gap.
type GapLog interface {
	PutGap(ctx context.Context, g leads.Gap) error
	// FillGaps marks the source's gaps that ended before until as filled.
	FillGaps(ctx context.Context, source string, until time.Time) error
}

// Why a journal cannot be read again.
var (
	ErrNoJournal     = errors.New("this source has no journal, or is not at work on this hub")
	ErrJournalBehind = errors.New("the journal is still being read")
)

// Kind is a sort of connector, as named by "kind:" in the configuration, of a
// source, of a sink, or of both.
type Kind struct {
	Name   string // "webform", "asterisk", …
	Source Schema // settings of a source
	// In makes a source from its settings. It reads files and checks settings, but
	// opens no connection: Run does. A source that replaces one of the same name is
	// made while the old one still runs; its Run begins when the old one's has
	// returned, but its handlers and Send may be called while the old one finishes
	// its requests and replies. Nil: no source is of this kind.
	In func(Env) (Source, error)
	// OneOwner: among several hubs, Run works on one at a time, because the
	// upstream has one reader or each hub would do the same work. Its handlers
	// answer on every hub.
	OneOwner bool
	Sink     Schema // settings of a sink
	// Out makes a sink from its settings, under the same rules. Nil: no sink is
	// of this kind.
	Out func(Env) (Sink, error)
}
