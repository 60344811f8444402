package asterisk

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"ctihub/leads"
)

// plan is the configured number plan: which endpoints are trunks, the length of
// extensions, the DIDs and the rewriting of numbers.
type plan struct {
	trunks, phones []string
	minExt, maxExt int
	region         string
	zone           *time.Location // of times in the journal that name none; nil: UTC
	record         bool           // record what the dialplan does not
	numbers
	device device
	shown  string // DID that the far side of a dial sees; empty: none is known
}

func newPlan(s settings, region string) (plan, error) {
	p := plan{trunks: s.Trunks, phones: s.Phones, minExt: 2, maxExt: 6, region: region, record: s.Record}
	if len(s.Trunks) == 0 && len(s.Phones) == 0 {
		return p, errors.New("trunks: name the endpoints that lead outside (or phones: those inside)")
	}
	for _, glob := range append(s.Trunks[:len(s.Trunks):len(s.Trunks)], s.Phones...) {
		if _, err := path.Match(glob, ""); err != nil || glob == "" {
			return p, fmt.Errorf("trunks, phones: %q is not a pattern", glob)
		}
	}
	if s.InternalLength != "" {
		lo, hi, found := strings.Cut(s.InternalLength, "-")
		if !found {
			hi = lo
		}
		var errLo, errHi error
		p.minExt, errLo = strconv.Atoi(strings.TrimSpace(lo))
		p.maxExt, errHi = strconv.Atoi(strings.TrimSpace(hi))
		if errLo != nil || errHi != nil || p.minExt < 1 || p.maxExt > 10 || p.minExt > p.maxExt {
			return p, fmt.Errorf("internal_length: %q is not a range of digits such as 2-6", s.InternalLength)
		}
	}
	if err := p.readNumbers(s); err != nil {
		return p, err
	}
	var err error
	p.device, err = newDevice(s.Device)
	return p, err
}

// endpoint returns a channel's name without the serial part: "PJSIP/trunk" of
// "PJSIP/trunk-0000007b".
func endpoint(channelName string) string {
	if i := strings.LastIndexByte(channelName, '-'); i > 0 {
		return channelName[:i]
	}
	return channelName
}

// technology and resource of a channel's name: "PJSIP" and "trunk".
func technology(channelName string) string {
	tech, _, _ := strings.Cut(channelName, "/")
	return tech
}

func resource(channelName string) string {
	_, res, _ := strings.Cut(endpoint(channelName), "/")
	return res
}

// isDevice reports whether a channel leads to a telephone or to another exchange,
// unlike Asterisk's internal channels.
func isDevice(channelName string) bool {
	switch technology(channelName) {
	case "", "Local", "Snoop", "Announcer", "Recorder", "CBAnn", "CBRec", "Message", "Bridge",
		"UnicastRTP", "MulticastRTP", "AudioSocket", "WebSocket", "Surrogate", "Parker":
		return false
	}
	return true
}

// isTrunk reports whether a channel leads outside.
func (p plan) isTrunk(channelName string) bool {
	if !isDevice(channelName) {
		return false
	}
	return matches(p.trunks, channelName) || len(p.phones) > 0 && !matches(p.phones, channelName)
}

func matches(globs []string, channelName string) bool {
	// A resource may hold slashes ("DAHDI/i1/79161234567"); * should match them.
	flat := strings.NewReplacer("/", "\x00")
	for _, glob := range globs {
		for _, name := range []string{endpoint(channelName), resource(channelName)} {
			if ok, err := path.Match(flat.Replace(glob), flat.Replace(name)); err == nil && ok {
				return true
			}
		}
	}
	return false
}

// isExtension reports whether s is an internal number.
func (p plan) isExtension(s string) bool {
	return len(s) >= p.minExt && len(s) <= p.maxExt && digits(s)
}

// isOutside reports whether a dialled number leads outside: longer than any
// extension. Feature codes ("*97") and names stay inside.
func (p plan) isOutside(dialled string) bool {
	return digits(strings.TrimPrefix(dialled, "+")) && len(dialled) > p.maxExt
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// extension names the device behind a phone's channel: the endpoint's name if
// it is a number ("PJSIP/100"), else the channel's own number, else the name.
func (p plan) extension(ch channel) string {
	res, _, _ := strings.Cut(resource(ch.name), "/")
	if !p.isExtension(res) && p.isExtension(ch.number) {
		return ch.number
	}
	return res
}

// number returns E.164 if s is a phone number, s as it is otherwise and "" for
// a withheld one.
func (p plan) number(s string) string {
	switch strings.ToLower(s) {
	case "", "anonymous", "unknown", "restricted", "unavailable", "private", "withheld", "asterisk", "<unknown>":
		return ""
	}
	if s = p.stripped(s); p.isExtension(s) {
		return s
	}
	if e164, _, err := leads.NormalisePhone(s, p.region); err == nil {
		return e164
	}
	return s
}
