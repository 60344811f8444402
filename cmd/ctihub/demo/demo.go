package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"ctihub/config"
	"ctihub/connectors"
	"ctihub/leads"
	"ctihub/web"
	"ctihub/web/api"
)

// Demo is the office behind "serve --demo". Its database is filled before the hub
// starts; its calls are simulated unless a real exchange is connected.
type Demo struct {
	// Days of history that an empty database is filled with.
	Days int

	cfg  config.Config
	line *Line // nil: a real exchange is connected
	site http.Handler
	past time.Time // the hub's clock while the history is written
}

// wrapUp is the pause after a call in the demo, unless the settings have one.
const wrapUp = 20 * time.Second

// New adds the demo's sources to the configuration, and a wrap-up. pbx is the address of
// a real Asterisk with user and password, empty for the simulated line.
func New(cfg *config.Config, pbx string) (*Demo, error) {
	site, err := config.NewSource(SiteSource, "webform", Team, true, map[string]any{"show": []string{"name", "phone", "message"}, "custom": map[string]string{fieldDelivery: "address"}})
	if err != nil {
		return nil, err
	}
	cfg.Sources = append(cfg.Sources, site)
	d := &Demo{Days: HistoryDays, site: Site()}
	if pbx == "" {
		d.line = NewLine(true)
	} else {
		src, err := pbxSource(pbx)
		if err != nil {
			return nil, err
		}
		cfg.Sources = append(cfg.Sources, src)
	}
	if cfg.WrapUp == 0 {
		cfg.WrapUp = wrapUp
	}
	d.cfg = *cfg
	return d, nil
}

// pbxSource is the private Asterisk of "make run-pbx". The address may have the
// folder of its journal and recordings (?folder=…), and the token with which its
// dialplan asks who should get a call (&token=…).
func pbxSource(address string) (config.Source, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User == nil {
		return config.Source{}, errors.New("--demo-pbx must be http://user:password@host:port")
	}
	password, _ := u.User.Password()
	name := u.User.Username()
	folder, token := u.Query().Get("folder"), u.Query().Get("token")
	u.User, u.RawQuery = nil, ""
	keys := map[string]any{
		"url": u.String(), "username": name, "password": password, "trunks": []string{"trunk"}, "dids": PBXLines(),
	}
	if folder != "" {
		keys["cel"] = filepath.Join(folder, "log", "cel-custom", "ctihub.csv")
		keys["recordings"] = filepath.Join(folder, "spool", "monitor")
	}
	if token != "" {
		keys["route_token"] = token
	}
	return config.NewSource(PBXSource, "asterisk", Team, false, keys)
}

// Clock returns the hub's clock: now, and the time of the history while Open writes it.
func (d *Demo) Clock(now func() time.Time) func() time.Time {
	return func() time.Time {
		if !d.past.IsZero() {
			return d.past
		}
		return now()
	}
}

// Open fills the office's database and connects its line. The hub does not run yet.
func (d *Demo) Open(ctx context.Context, o Office, add func(name string, k connectors.Kind) error) error {
	o.SetClock = func(at time.Time) { d.past = at }
	if err := Furnish(ctx, o, web.HashPassword, d.line != nil, time.Now().In(d.cfg.Zone), d.Days); err != nil {
		return err
	}
	if d.line == nil {
		return nil
	}
	for _, s := range []struct {
		name string
		kind connectors.Kind
	}{
		{LineSource, d.line.Kind()}, {MailSource, d.line.Post(leads.ChannelMail)}, {ChatSource, d.line.Post(leads.ChannelTelegram)},
	} {
		if err := add(s.name, s.kind); err != nil {
			return err
		}
	}
	return nil
}

// Handler puts the demo's website before the hub.
func (d *Demo) Handler(hub http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/demo/") {
			d.site.ServeHTTP(w, r)
			return
		}
		hub.ServeHTTP(w, r)
	})
}

// State tells the workplace about the demo.
func (d *Demo) State() api.Demo {
	var people []api.DemoPerson
	for _, p := range People() {
		people = append(people, api.DemoPerson{Login: p.Login, Password: p.Password, Name: p.Name, Role: p.Role})
	}
	return api.Demo{Enabled: true, Line: d.line != nil && d.line.On(), Real: d.line == nil, Site: d.cfg.PublicURL + "/demo/", People: people}
}

// SetLine switches the simulated line. A real exchange cannot be switched.
func (d *Demo) SetLine(on bool) {
	if d.line != nil {
		d.line.Set(on)
	}
}

// Welcome prints the addresses and how to sign in.
func (d *Demo) Welcome(w io.Writer) error {
	fmt.Fprintf(w, "\nThe demo office is open at %s\n\n", d.cfg.PublicURL)
	tab := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(tab, "  login\tpassword\trole\tphone")
	for _, p := range People() {
		phone := ""
		if len(p.Extensions) > 0 {
			phone = p.Extensions[0]
		}
		fmt.Fprintf(tab, "  %s\t%s\t%s\t%s\n", p.Login, p.Password, p.Role, phone)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	line := "A simulated phone line rings every 15 to 30 seconds, and customers write now and then; a supervisor or administrator can switch that off at the top of the page."
	if d.line == nil {
		line = "Calls come from the real Asterisk."
	}
	_, err := fmt.Fprintf(w, "\nWebsite with the form: %s/demo/\n%s\n\n", d.cfg.PublicURL, line)
	return err
}

// Reachable reports whether other machines can reach a listening address, where the
// demo's public passwords are a risk.
func Reachable(listen string) bool {
	u, err := url.Parse("//" + listen)
	if err != nil {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback())
}
