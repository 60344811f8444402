package telegram

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// campaign reads the parameter of a link such as t.me/bot?start=vk__spring:
// the source, and behind two underscores the campaign; or a whole query
// (utm_source=…&utm_campaign=…) in base64url, because Telegram lets nothing
// but letters, digits, _ and - through.
func campaign(start string) map[string]string {
	if start == "" || len(start) > 512 {
		return nil
	}
	utm := map[string]string{"start": start}
	if b, err := base64.RawURLEncoding.DecodeString(start); err == nil && strings.Contains(string(b), "utm_source=") {
		if q, err := url.ParseQuery(string(b)); err == nil {
			for _, k := range []string{"utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"} {
				if v := q.Get(k); v != "" {
					utm[k] = v
				}
			}
			return utm
		}
	}
	source, name, _ := strings.Cut(start, "__")
	if utm["utm_source"] = source; name != "" {
		utm["utm_campaign"] = name
	}
	return utm
}
