// Package config reads the hub's one YAML file: strictly, with every mistake
// reported at once by file, line and remedy, and with secrets taken from files
// or from the environment. It knows nothing of the kinds of source; each kind
// decodes its own keys through [Source].Decode.
package config

import (
	"crypto/x509"
	"log/slog"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // time zones by name on machines that have no list of them
)

// Config is the whole configuration, checked and with defaults filled in.
type Config struct {
	Path           string         // file it was read from, empty for [Default]
	Listen         string         // host:port of the HTTP server; an empty host means every address
	PublicURL      string         // address under which browsers reach the hub, without a trailing slash
	Hub            string         // name of this hub, unique among those that share a database
	Data           string         // folder of the SQLite file, recordings and attachments
	Database       string         // empty: SQLite in Data; or a postgres:// URL, a secret
	Redis          string         // empty: in memory, for one hub only; or a redis:// URL, a secret
	Region         string         // ISO 3166-1 alpha-2, default country of national phone numbers
	Zone           *time.Location // of working hours
	Digest         time.Duration  // since midnight in Zone, when the daily summary goes out; 0: none does
	WrapUp         time.Duration  // pause of an operator after each call with a customer; 0: none
	Log            Log            //
	Roots          *x509.CertPool // authorities that outgoing TLS trusts: the system's and those of ca_file; nil: the system's
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Hosts          []string       // names under which the hub is reached beside those of HostNames
	Limits         Limits         // of one client or user
	Metrics        Metrics        //
	Recordings     Recordings     //
	KeepDays       KeepDays       //
	MinFreeMB      int            // free disk below which /readyz says no, in megabytes; 0: not looked at
	CallBackWithin time.Duration  // how soon after a missed call its customer is to be called back
	Dialling       Dialling       //
	LostCalls      LostCalls      //
	Sources        []Source       // in the order of the file
	Sinks          []Sink         // in the order of the file

	warnings *warnings
}

// SourceDir is the folder for the files of a source, <data>/sources/<name>; it
// may not exist yet. Sources and sinks may have the same name.
func (c Config) SourceDir(name string) string { return filepath.Join(c.Data, "sources", name) }

// SinkDir is the folder for the files of a sink, <data>/sinks/<name>; it may
// not exist yet.
func (c Config) SinkDir(name string) string { return filepath.Join(c.Data, "sinks", name) }

// Log says what is logged and how.
type Log struct {
	Level  slog.Level
	Format string // "text" or "json"
}

// Recordings says where the sound of calls is kept, and for how long.
type Recordings struct {
	KeepDays int // 0: for ever
	S3       S3  // empty: in the folder "recordings" of Data
}

// LostCalls is for how long a call may go on without news before it ends as
// interrupted.
type LostCalls struct {
	Ringing time.Duration `yaml:"ringing"`
	Talking time.Duration `yaml:"talking"`
}

// Dialling says which numbers the hub has dialled, and how often a day.
type Dialling struct {
	Deny        []string   `yaml:"deny"` // beginnings of numbers
	ClickToCall DialLimits `yaml:"click_to_call"`
	Forms       DialLimits `yaml:"forms"` // call-backs that visitors of websites ask for
}

// DialLimits are the numbers that one kind of asker may have dialled. Counts are
// a day's.
type DialLimits struct {
	Allow      []string `yaml:"allow"` // regions and beginnings of E.164 numbers; none: Region
	PerAddress int      `yaml:"per_address"`
	PerUser    int      `yaml:"per_user"` // 0 and unused for forms
	PerNumber  int      `yaml:"per_number"`
	PerHub     int      `yaml:"per_hub"`
}

// KeepDays says how long what is done is kept; 0: for ever.
type KeepDays struct {
	Events     int `yaml:"events"`     // of the live stream
	Deliveries int `yaml:"deliveries"` // that arrived
	Quarantine int `yaml:"quarantine"` // that was taken in or discarded
}

// S3 is a bucket that several hubs share.
type S3 struct {
	Endpoint  string `yaml:"endpoint"` // https://host[:port]; empty: no bucket
	Bucket    string `yaml:"bucket"`
	Region    string `yaml:"region"`
	AccessKey string `yaml:"access_key"`
	SecretKey string `yaml:"secret_key"`
}

// Source is one configured source. Keys other than the four below belong to
// its kind.
type Source struct {
	Name string // unique, [a-z0-9-]+
	Kind string // of connector: "webform", "asterisk", …
	Team string // whose managers serve it; empty: every team
	Demo bool   // shown as demonstration, not as business

	section
}

// Sink is one configured receiver of events. Keys other than the three below
// belong to its kind.
type Sink struct {
	Name   string   // unique among sinks, [a-z0-9-]+
	Kind   string   // of connector: "webhook", …
	Events []string // types or groups ("lead.*"); empty: every event

	section
}

// Keys that belong to the hub and not to the kind.
var (
	sourceKeys = []string{"name", "kind", "team", "demo"}
	sinkKeys   = []string{"name", "kind", "events"}
)

// Default returns the configuration of a hub without a file: SQLite in ./data,
// no sources, reachable from this machine only.
func Default() Config {
	c := Config{
		Listen: "127.0.0.1:8080",
		Data:   "data",
		Region: "RU",
		Zone:   time.Local,
		Log:    Log{Level: slog.LevelInfo, Format: "text"},

		KeepDays:  KeepDays{Events: 30, Deliveries: 30, Quarantine: 180},
		MinFreeMB: 200,

		CallBackWithin: 15 * time.Minute,
		Limits:         defaultLimits(),
		LostCalls:      LostCalls{Ringing: 10 * time.Minute, Talking: 4 * time.Hour},
		Dialling: Dialling{
			ClickToCall: DialLimits{PerAddress: 3000, PerUser: 300, PerNumber: 20, PerHub: 5000},
			Forms:       DialLimits{PerAddress: 5, PerNumber: 3, PerHub: 200},
		},
	}
	c.PublicURL, c.Hub = LocalURL(c.Listen), hubName(c.Listen)
	c.warnings = &warnings{}
	return c
}

// Warnings returns what is allowed but unwise, such as a secret file that
// everybody can read. It grows while sources are decoded.
func (c Config) Warnings() []string {
	if c.warnings == nil {
		return nil
	}
	c.warnings.mu.Lock()
	defer c.warnings.mu.Unlock()
	return slices.Clone(c.warnings.list)
}

type warnings struct {
	mu   sync.Mutex
	list []string
}

func (w *warnings) add(text string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.list, text) {
		w.list = append(w.list, text)
	}
}

// resolve makes a path of the file absolute to the file's folder.
func resolve(file, path string) string {
	if filepath.IsAbs(path) || path == "" {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}
