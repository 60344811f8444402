// Package config reads the hub's one YAML file: strictly, with every mistake
// reported at once by file, line and remedy, and with secrets taken from files
// or from the environment. It knows nothing of the kinds of source; each kind
// decodes its own keys through [Source].Decode.
package config

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // time zones by name on machines that have no list of them

	"go.yaml.in/yaml/v3"
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

// section is the part of the file that configures one source or sink.
type section struct {
	what string // "source" or "sink", and its name
	keys []string
	node *yaml.Node
	path string // "sources[1]"
	file string
	warn *warnings
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

// document is the file's shape.
type document struct {
	Listen         string         `yaml:"listen"`
	PublicURL      string         `yaml:"public_url"`
	Hub            string         `yaml:"hub"`
	Data           string         `yaml:"data"`
	Database       string         `yaml:"database"`
	Redis          string         `yaml:"redis"`
	Region         string         `yaml:"region"`
	Timezone       string         `yaml:"timezone"`
	Digest         string         `yaml:"digest"`
	WrapUp         time.Duration  `yaml:"wrap_up"`
	Log            logSection     `yaml:"log"`
	CAFile         string         `yaml:"ca_file"`
	TrustedProxies []string       `yaml:"trusted_proxies"`
	Hosts          []string       `yaml:"hosts"`
	Limits         Limits         `yaml:"limits"`
	Metrics        metricsSection `yaml:"metrics"`
	Recordings     struct {
		KeepDays int `yaml:"keep_days"`
		S3       S3  `yaml:"s3"`
	} `yaml:"recordings"`
	KeepDays    KeepDays    `yaml:"keep_days"`
	MinFreeMB   int         `yaml:"min_free_mb"`
	MissedCalls missedCalls `yaml:"missed_calls"`
	Dialling    Dialling    `yaml:"dialling"`
	LostCalls   LostCalls   `yaml:"lost_calls"`
	Sources     []yaml.Node `yaml:"sources"`
	Sinks       []yaml.Node `yaml:"sinks"`
}

type logSection struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

type missedCalls struct {
	CallBackWithin time.Duration `yaml:"call_back_within"`
}

// common holds the keys that every source has.
type common struct {
	Name string `yaml:"name"`
	Kind string `yaml:"kind"`
	Team string `yaml:"team"`
	Demo bool   `yaml:"demo"`
}

// commonOut holds the keys that every sink has.
type commonOut struct {
	Name   string   `yaml:"name"`
	Kind   string   `yaml:"kind"`
	Events []string `yaml:"events"`
}

// maxFile bounds the configuration file, in bytes.
const maxFile = 1 << 20

// Load reads and checks the file. The error is of type [Errors] and holds every
// mistake found, unless the file cannot be read at all. With mistakes, the
// configuration has its Path and what could be read, so that the settings of
// sources and sinks can be checked too. A key that a source's kind does not know is
// found later, by Decode.
func Load(path string) (Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return Config{}, unreadable(path, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return Config{}, unreadable(path, err)
	}
	if len(b) > maxFile {
		return Config{}, Errors{{File: path, Msg: "is larger than 1 MiB", Remedy: "is this the right file?"}}
	}
	c, err := parse(path, b)
	if st, serr := f.Stat(); serr == nil && st.Mode().Perm()&0o004 != 0 && holdsSecret(b) {
		c.warnings.add(fmt.Sprintf("%s: everybody on this machine can read it, and it holds secrets; chmod 640 it, or move each secret into a file of its own (…_file)", path))
	}
	return c, err
}

func unreadable(path string, err error) error {
	remedy := "check the path and its permissions"
	if errors.Is(err, os.ErrNotExist) {
		remedy = "make one with: ctihub config sample > " + path
	}
	return Errors{{File: path, Msg: "cannot be read: " + plain(err), Remedy: remedy}}
}

func parse(path string, b []byte) (Config, error) {
	root, err := parseYAML(path, b)
	if err != nil {
		return Config{}, err
	}
	c := Default()
	c.Path = path
	d := &decoder{file: path, warn: c.warnings, lines: map[string]int{}}
	doc := document{Listen: c.Listen, Data: c.Data, Region: c.Region,
		KeepDays: c.KeepDays, MinFreeMB: c.MinFreeMB,
		Log: logSection{Level: "info", Format: c.Log.Format}, MissedCalls: missedCalls{c.CallBackWithin}, Limits: c.Limits, Dialling: c.Dialling, LostCalls: c.LostCalls}
	if root != nil {
		d.expand(root, "")
		d.document(root, &doc)
	}
	d.apply(&c, doc)
	for i := range doc.Sources {
		if s, ok := d.source(&doc.Sources[i], i); ok {
			c.Sources = append(c.Sources, s)
		}
	}
	d.checkSources(c.Sources)
	for i := range doc.Sinks {
		if s, ok := d.sink(&doc.Sinks[i], i); ok {
			c.Sinks = append(c.Sinks, s)
		}
	}
	d.checkSinks(c.Sinks)
	if len(d.errs) > 0 {
		return c, d.errs.Sorted()
	}
	return c, nil
}

// parseYAML returns the root of the only document, nil if it is empty.
func parseYAML(path string, b []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var n, more yaml.Node
	if err := dec.Decode(&n); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, Errors{syntaxError(path, err)}
	}
	if err := dec.Decode(&more); err == nil {
		return nil, Errors{{File: path, Line: more.Line, Msg: "a second YAML document begins", Remedy: "keep everything in one document, without ---"}}
	} else if !errors.Is(err, io.EOF) {
		return nil, Errors{syntaxError(path, err)}
	}
	if len(n.Content) == 0 || n.Content[0].ShortTag() == "!!null" {
		return nil, nil
	}
	return n.Content[0], nil
}

func (d *decoder) document(root *yaml.Node, doc *document) {
	d.into(root, doc, "")
}

// source reads the keys that all sources share. The others wait for Decode.
func (d *decoder) source(n *yaml.Node, i int) (Source, bool) {
	var k common
	s, ok := d.section(n, fmt.Sprintf("sources[%d]", i), sourceKeys, &k)
	s.what = "source " + k.Name
	return Source{Name: k.Name, Kind: k.Kind, Team: k.Team, Demo: k.Demo, section: s}, ok
}

// sink reads the keys that all sinks share.
func (d *decoder) sink(n *yaml.Node, i int) (Sink, bool) {
	var k commonOut
	s, ok := d.section(n, fmt.Sprintf("sinks[%d]", i), sinkKeys, &k)
	s.what = "sink " + k.Name
	return Sink{Name: k.Name, Kind: k.Kind, Events: k.Events, section: s}, ok
}

// section reads the keys that all items of a list share into a pointer.
func (d *decoder) section(n *yaml.Node, path string, keys []string, shared any) (section, bool) {
	if n.Kind != yaml.MappingNode {
		d.fail(n.Line, path, "must be a mapping", "write it as {name: …, kind: …}")
		return section{}, false
	}
	d.lenient = true
	d.into(n, shared, path)
	d.lenient = false
	return section{keys: keys, node: n, path: path, file: d.file, warn: d.warn}, true
}

// Where names the place of the section in its file, as "file:line".
func (s section) Where() string {
	if s.node == nil {
		return s.what
	}
	return fmt.Sprintf("%s:%d", s.file, s.node.Line)
}

// Decode reads the kind's own keys into a pointer to a struct with yaml
// tags. Fields that are set before keep their value as the default. A key that
// the struct does not have, a value of the wrong type and an unreadable secret
// are errors, all reported at once as [Errors].
//
// For every string field "x" the file may give "x_file" instead: the name of a
// file that holds the value.
func (s section) Decode(into any) error {
	if s.node == nil {
		return nil
	}
	d := &decoder{file: s.file, warn: s.warn, lines: map[string]int{}, extra: s.keys}
	d.into(s.node, into, s.path)
	if len(d.errs) > 0 {
		return d.errs
	}
	return nil
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

// Explain turns what a kind said about its source or sink into errors that
// name the place in the file. Nil gives none.
func (s section) Explain(err error) Errors {
	if err == nil {
		return nil
	}
	var placed Errors
	if errors.As(err, &placed) {
		return placed
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var all Errors
		for _, one := range several.Unwrap() {
			all = append(all, s.Explain(one)...)
		}
		return all
	}
	e := &Error{File: s.file, Path: s.path, Msg: fmt.Sprintf("%s: %v", s.what, err)}
	if s.node != nil {
		e.Line = s.node.Line
	}
	return Errors{e}
}

// NewSource returns a source that is not in the file, for the demo and for
// tests. Settings are the keys of its kind.
func NewSource(name, kind, team string, demo bool, settings map[string]any) (Source, error) {
	var n yaml.Node
	if err := n.Encode(settings); err != nil {
		return Source{}, fmt.Errorf("settings of source %s: %w", name, err)
	}
	return Source{Name: name, Kind: kind, Team: team, Demo: demo, section: section{what: "source " + name, keys: sourceKeys, node: &n, path: name, file: "demo"}}, nil
}

// NewSink returns a sink that is not in the file, for tests. Settings are the
// keys of its kind.
func NewSink(name, kind string, events []string, settings map[string]any) (Sink, error) {
	var n yaml.Node
	if err := n.Encode(settings); err != nil {
		return Sink{}, fmt.Errorf("settings of sink %s: %w", name, err)
	}
	return Sink{Name: name, Kind: kind, Events: events, section: section{what: "sink " + name, keys: sinkKeys, node: &n, path: name, file: "test"}}, nil
}
