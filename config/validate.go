package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"
)

// apply checks the document's values and moves them into c.
func (d *decoder) apply(c *Config, doc document) {
	c.Listen, c.Data, c.Database, c.Redis = doc.Listen, doc.Data, doc.Database, doc.Redis
	host, port, err := net.SplitHostPort(c.Listen)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 || strings.ContainsAny(host, "/ ") {
		d.bad("listen", "must be host:port", "for example 127.0.0.1:8080, or :8080 for every address")
	} else {
		c.PublicURL, c.Hub = LocalURL(c.Listen), hubName(c.Listen)
	}
	if doc.PublicURL != "" {
		c.PublicURL = strings.TrimRight(doc.PublicURL, "/")
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
			d.bad("public_url", "must be an http or https address without a path", "for example https://hub.example.com")
		} else if u.Scheme == "http" && public(u.Hostname()) {
			d.advise("public_url", "passwords and customers' data cross the internet in the open; put a proxy with TLS before the hub and write https://")
		}
	}
	if doc.Hub != "" {
		c.Hub = doc.Hub
		if !hubPattern.MatchString(doc.Hub) {
			d.bad("hub", "must be up to 60 letters, digits, dots and dashes", "for example hub-1")
		}
	}
	if c.Data == "" {
		d.bad("data", "must name a folder", "for example ./data")
	} else {
		c.Data = resolve(c.Path, c.Data)
		if st, err := os.Stat(c.Data); err == nil && !st.IsDir() {
			d.bad("data", "is a file, not a folder", "name a folder; the hub makes it if it does not exist")
		}
	}
	d.url("database", c.Database, "for example postgres://hub@db.example.com/ctihub, or empty for SQLite", "postgres", "postgresql")
	d.url("redis", c.Redis, "for example redis://cache.example.com:6379/0, or empty for one hub", "redis", "rediss")
	c.Region = strings.ToUpper(doc.Region)
	if !phonenumbers.GetSupportedRegions()[c.Region] {
		d.bad("region", "must be the two letters of a country (ISO 3166-1)", "for example RU, KZ or DE")
	}
	d.hours(c, doc)
	d.log(c, doc.Log)
	d.authorities(c, doc.CAFile)
	c.TrustedProxies = d.prefixes("trusted_proxies", doc.TrustedProxies)
	d.protection(c, doc)
	c.KeepDays, c.MinFreeMB = doc.KeepDays, doc.MinFreeMB
	for key, days := range map[string]int{"events": c.KeepDays.Events, "deliveries": c.KeepDays.Deliveries, "quarantine": c.KeepDays.Quarantine} {
		if days < 0 || days > 36500 {
			d.bad("keep_days."+key, "must be a number of days", "for example 30; 0 keeps them for ever")
		}
	}
	if c.MinFreeMB < 0 {
		d.bad("min_free_mb", "must not be negative", "for example 200; 0 looks at no disk")
	}
	c.Recordings = Recordings(doc.Recordings)
	d.recordings(c.Recordings)
	c.LostCalls = doc.LostCalls
	if r := c.LostCalls.Ringing; r < time.Minute || r > 24*time.Hour {
		d.bad("lost_calls.ringing", "must be from one minute to a day", "for example 10m; longer than any queue lets a caller wait")
	}
	if t := c.LostCalls.Talking; t < 10*time.Minute || t > 7*24*time.Hour {
		d.bad("lost_calls.talking", "must be from ten minutes to a week", "for example 4h; longer than any talk")
	}
	c.Dialling = doc.Dialling
	d.dialling(&c.Dialling)
	if c.CallBackWithin = doc.MissedCalls.CallBackWithin; c.CallBackWithin < time.Minute || c.CallBackWithin > 7*24*time.Hour {
		d.bad("missed_calls.call_back_within", "must be from one minute to a week", "for example 15m or 2h")
	}
}

func (d *decoder) bad(path, msg, remedy string) {
	line := d.lines[path]
	if line == 0 {
		line = d.lines[path+"_file"]
	}
	d.fail(line, path, msg, remedy)
}

// advise warns of what is allowed but unwise.
func (d *decoder) advise(path, words string) {
	d.warn.add(fmt.Sprintf("%s:%d: %s: %s", d.file, d.lines[path], path, words))
}

// public reports whether a host is reached over the internet, as far as its
// name tells.
func public(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsGlobalUnicast() && !ip.IsPrivate()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	at := strings.LastIndexByte(host, '.')
	switch host[at+1:] {
	case "localhost", "local", "lan", "internal", "intranet", "corp", "home", "test", "arpa":
		return false
	}
	return at > 0
}

// url checks an address that may hold a password, and so never shows it.
func (d *decoder) url(path, value, remedy string, schemes ...string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	if err != nil {
		d.bad(path, "is not a URL", remedy+"; percent-encode special characters of a password")
		return
	}
	if !contains(schemes, u.Scheme) {
		d.bad(path, "must be a "+schemes[0]+":// URL", remedy)
	} else if u.Host == "" && u.Query().Get("host") == "" {
		d.bad(path, "names no host", remedy)
	}
}

// wrapUpMost bounds the pause after a call.
const wrapUpMost = 30 * time.Minute

func (d *decoder) hours(c *Config, doc document) {
	if doc.Timezone != "" {
		zone, err := time.LoadLocation(doc.Timezone)
		if err != nil {
			d.bad("timezone", "is not the name of a time zone", "for example Europe/Moscow; left out: the machine's")
		} else {
			c.Zone = zone
		}
	}
	if doc.Digest != "" {
		at, err := time.Parse("15:04", doc.Digest)
		if c.Digest = time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute; err != nil || c.Digest == 0 {
			d.bad("digest", "must be a time of day after midnight", "for example 18:00; left out: there is none")
		}
	}
	c.WrapUp = doc.WrapUp
	if c.WrapUp < 0 || c.WrapUp > wrapUpMost {
		d.bad("wrap_up", "must be between 0s and 30m", "for example 20s; 0s for none")
	}
}

func (d *decoder) log(c *Config, l logSection) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[strings.ToLower(l.Level)]
	if !ok {
		d.bad("log.level", "must be debug, info, warn or error", "")
	}
	if l.Format != "text" && l.Format != "json" {
		d.bad("log.format", "must be text or json", "")
	}
	c.Log = Log{Level: level, Format: l.Format}
}

// prefixes reads addresses and networks.
func (d *decoder) prefixes(path string, list []string) (all []netip.Prefix) {
	for i, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(s); err == nil {
				p = netip.PrefixFrom(a, a.BitLen())
			}
		}
		if err != nil {
			d.bad(fmt.Sprintf("%s[%d]", path, i), "must be an address or a network", "for example 127.0.0.1 or 10.0.0.0/8")
			continue
		}
		if p = p.Masked(); path == "trusted_proxies" && p.Bits() < 8 && !p.Addr().IsPrivate() {
			d.advise(fmt.Sprintf("%s[%d]", path, i), "everybody can pretend to be any address, and so get round the limits of sign-in and forms; name your proxies only")
		}
		all = append(all, p)
	}
	return all
}

func (d *decoder) recordings(r Recordings) {
	if r.KeepDays < 0 {
		d.bad("recordings.keep_days", "must not be negative", "0 keeps them for ever")
	}
	if r.S3 == (S3{}) {
		return
	}
	u, err := url.Parse(r.S3.Endpoint)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" {
		d.bad("recordings.s3.endpoint", "must be an address without a path", "for example https://s3.example.com")
	}
	for key, value := range map[string]string{"bucket": r.S3.Bucket, "access_key": r.S3.AccessKey, "secret_key": r.S3.SecretKey} {
		if value == "" {
			d.bad("recordings.s3."+key, "is missing", "a bucket needs endpoint, bucket, access_key and secret_key (or secret_key_file)")
		}
	}
}

var (
	namePattern = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	hubPattern  = regexp.MustCompile(`^[A-Za-z0-9._-]{1,60}$`)
)

// checkSources checks what all sources share.
func (d *decoder) checkSources(list []Source) {
	seen := map[string]int{}
	for _, s := range list {
		d.checkShared(seen, s.section, "source", s.Name, s.Kind, "main-site; it is part of addresses and file names", "webform")
	}
}

// checkSinks checks what all sinks share.
func (d *decoder) checkSinks(list []Sink) {
	seen := map[string]int{}
	for _, s := range list {
		d.checkShared(seen, s.section, "sink", s.Name, s.Kind, "crm; waiting deliveries are stored under it", "webhook")
	}
}

func (d *decoder) checkShared(seen map[string]int, s section, what, name, kind, exampleName, exampleKind string) {
	line := s.node.Line
	first, _, _ := strings.Cut(exampleName, ";")
	switch at, twice := seen[name]; {
	case name == "":
		d.fail(line, s.path, "has no name", "give it one: name: "+first)
	case !namePattern.MatchString(name):
		d.bad(s.path+".name", "must be up to 40 lowercase letters, digits and dashes", "for example "+exampleName)
	case twice:
		d.bad(s.path+".name", fmt.Sprintf("is taken by the %s on line %d", what, at), "names are unique")
	default:
		seen[name] = line
	}
	if kind == "" {
		d.fail(line, s.path, "has no kind", "say what it is, for example kind: "+exampleKind)
	}
}

// LocalURL is where this machine itself reaches a hub that listens there.
func LocalURL(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if ip, perr := netip.ParseAddr(host); err == nil && (host == "" || perr == nil && ip.IsUnspecified()) {
		listen = net.JoinHostPort("127.0.0.1", port)
	}
	return "http://" + listen
}

// hubName tells hubs apart by machine and port.
func hubName(listen string) string {
	host, err := os.Hostname()
	if err != nil || !hubPattern.MatchString(host) || len(host) > 50 {
		host = "hub"
	}
	_, port, _ := net.SplitHostPort(listen)
	return host + "-" + port
}
