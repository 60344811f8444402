package webhook

import "ctihub/connectors"

var sourceSchema = connectors.Schema{
	About:   "Receives events of any program over HTTP, which posts JSON or a form to /in/<name>.",
	Example: "shop",
	Fields: []connectors.Field{
		{Name: "token", Type: connectors.Secret, Example: "./secrets/shop",
			Help: `A token that the sender puts into the path (/in/shop/TOKEN), the query (?token=TOKEN), as "Authorization: Bearer TOKEN", or a header of your own. Make one with: openssl rand -hex 24`},
		{Name: "token_header", Type: connectors.Text, Example: "X-Api-Key", Off: true, Help: "The header of your own that holds the token."},
		{Name: "user", Type: connectors.Text, Example: "shop", Off: true, Help: "Instead of the token, or in addition, a user and a password."},
		{Name: "password", Type: connectors.Secret, Example: "./secrets/shop-password", Off: true},
		{Name: "signature", Type: connectors.Group, Off: true, Help: "Instead of the token, or in addition, a signature: HMAC-SHA-256 of the raw body.", Fields: []connectors.Field{
			{Name: "secret", Type: connectors.Secret, Example: "./secrets/shop-key"},
			{Name: "header", Type: connectors.Text, Example: "X-Hub-Signature-256", Help: "The header that holds it. Left out: X-Hub-Signature-256, with the prefix."},
			{Name: "prefix", Type: connectors.Text, Example: `"sha256="`},
			{Name: "encoding", Type: connectors.Choice, Choices: []string{"hex", "base64"}, Example: "hex", Help: "hex or base64; left out: hex."},
		}},
		{Name: "format", Type: connectors.Choice, Choices: []string{formatMapping, formatCTI}, Default: formatMapping,
			Help: `mapping: "map" names the paths of the values. cti: calls of an exchange in the format of Zammad and sipgate (newCall, answer, hangup), without a map.`},
		{Name: "channel", Type: connectors.Text, Default: "webhook", Example: "form", Help: "The channel that the workplace shows: form, or a word of your own."},
		{Name: "items", Type: connectors.Text, Example: "$.events[*]", Off: true,
			Help: `For bodies with several events: the path of their list. The paths of "map" then begin at an item of it.`},
		{Name: "map", Type: connectors.Group,
			Help: `The path of each value: "$.a.b" is a JSONPath (RFC 9535), "=text" a constant. Values without a path are not read; name, phones, emails and text join all that they find.`,
			Fields: []connectors.Field{
				{Name: "id", Type: connectors.List, Example: "$.order.id",
					Help: "The id by which a repeated event is recognised; other content under a used id goes into quarantine. A list is joined: [$.order.id, $.order.modified] makes each change of an order an event of its own. Left out: the content of the event decides."},
				{Name: "name", Type: connectors.List, Example: "[$.customer.first_name, $.customer.last_name]"},
				{Name: "phones", Type: connectors.List, Example: `["$.customer['phone','mobile']"]`},
				{Name: "emails", Type: connectors.List, Example: "[$.customer.email]"},
				{Name: "identities", Type: connectors.Map, Example: "{telegram: $.customer.telegram_id}", Off: true},
				{Name: "subject", Type: connectors.Text, Example: `"=Order in the shop"`},
				{Name: "text", Type: connectors.List, Example: `[$.order.comment, "$.order.lines[*].title"]`},
				{Name: "at", Type: connectors.Text, Example: "$.order.created",
					Help: "A usual date format, or seconds or milliseconds since 1970. Without a zone: in the configured timezone."},
				{Name: "direction", Type: connectors.Text, Example: "$.direction", Off: true, Help: "in or out; left out: in."},
				{Name: "to", Type: connectors.Text, Example: "$.shop", Off: true},
				{Name: "utm", Type: connectors.Map, Example: "{utm_source: $.marketing.source, page: $.referer}"},
			}},
		{Name: "extensions", Type: connectors.Map, Example: `{anna: "101"}`, Off: true,
			Help: `For "format: cti": the extensions of users that the exchange names differently.`},
	},
}

var sinkSchema = connectors.Schema{
	About:   "Sends events to your own program, signed; docs/webhooks.md tells how to check it.",
	Example: "my-program",
	Events:  "[lead.created, lead.assigned, call.ended]",
	Fields: []connectors.Field{
		{Name: "url", Type: connectors.Text, Required: true, Example: "https://example.com/hooks/ctihub",
			Help: `The https address of the program. http is for networks that "allow" names.`},
		{Name: "secret", Type: connectors.Secret, Example: "./secrets/webhook",
			Help: `The key of the signature. Make one with:
echo "whsec_$(openssl rand -base64 32)" > secrets/webhook
To change it, put the new one on a line above the old one, restart, let the receiver take over the new one, and remove the old line.`},
		{Name: "timeout", Type: connectors.Duration, Default: "10s", Min: "1s", Max: "15s", Off: true, Help: "How long the receiver may take to answer."},
		{Name: "allow", Type: connectors.List, Example: "[10.20.0.0/16]", Off: true,
			Help: "Internal networks in which the receiver may be. Without them the hub connects to public addresses only."},
	},
}
