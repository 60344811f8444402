package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// dialsMost bounds the calls of a day.
const dialsMost = 100_000

var (
	e164Begins   = regexp.MustCompile(`^\+[1-9][0-9]{0,13}$`)
	numberBegins = regexp.MustCompile(`^\+?[0-9]{1,14}$`)
)

// dialling checks which numbers may be dialled. A * at the end of a beginning is
// left out.
func (d *decoder) dialling(c *Dialling) {
	for i, s := range c.Deny {
		if c.Deny[i] = strings.TrimSuffix(s, "*"); !numberBegins.MatchString(c.Deny[i]) {
			d.bad(fmt.Sprintf("dialling.deny[%d]", i), "must be the beginning of a number", "for example \"+7900\"")
		}
	}
	d.dialLimits("dialling.click_to_call", &c.ClickToCall, true)
	d.dialLimits("dialling.forms", &c.Forms, false)
}

func (d *decoder) dialLimits(path string, l *DialLimits, users bool) {
	for i, s := range l.Allow {
		s = strings.ToUpper(strings.TrimSuffix(s, "*"))
		if l.Allow[i] = s; !e164Begins.MatchString(s) && !phonenumbers.GetSupportedRegions()[s] {
			d.bad(fmt.Sprintf("%s.allow[%d]", path, i), "must be the two letters of a country or the beginning of an international number", "for example RU or \"+4930\"")
		}
	}
	counts := map[string]int{"per_address": l.PerAddress, "per_number": l.PerNumber, "per_hub": l.PerHub}
	if users {
		counts["per_user"] = l.PerUser
	} else if l.PerUser != 0 {
		d.bad(path+".per_user", "does not apply to forms", "remove it; visitors are counted by per_address")
	}
	for key, n := range counts {
		if n < 1 || n > dialsMost {
			d.bad(path+"."+key, fmt.Sprintf("must be 1 to %d calls a day", dialsMost), "for example 100")
		}
	}
}
