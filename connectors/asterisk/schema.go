package asterisk

import "ctihub/connectors"

var schema = connectors.Schema{
	About:   "Asterisk 16 or newer, over ARI. What to switch on there: deploy/asterisk/README.md",
	Example: "pbx",
	Fields: []connectors.Field{
		{Name: "url", Type: connectors.Text, Example: "http://127.0.0.1:8088", Help: "http.conf: where Asterisk's web server listens; https:// for TLS."},
		{Name: "username", Type: connectors.Text, Example: "hub", Help: "ari.conf: [hub] type=user"},
		{Name: "password", Type: connectors.Secret, Example: "/etc/ctihub/ari"},
		{Name: "trunks", Type: connectors.List, Example: "[trunk]", Help: `Endpoints that lead outside; * and ? allowed, "PJSIP/provider-*".`},
		{Name: "phones", Type: connectors.List, Example: `["1??"]`, Off: true, Help: "Instead of trunks: endpoints that are inside."},
		{Name: "dids", Type: connectors.Map, Example: `{"+74951234567": Sales, "+74957654321": {name: Bus stops, source: outdoor, team: sales}}`, Off: true,
			Help: "The numbers that customers dial: a name, or more. source: which advertisement shows it."},
		{Name: "internal_length", Type: connectors.Text, Example: "2-6", Off: true, Help: "Digits of an extension."},
		{Name: "recordings", Type: connectors.Text, Example: "/var/spool/asterisk/monitor", Off: true, Help: "MixMonitor's folder as seen here, or: ari"},
		{Name: "recordings_there", Type: connectors.Text, Example: "/var/spool/asterisk/monitor", Off: true, Help: "The same folder as the exchange names it."},
		{Name: "record", Type: connectors.Flag, Example: "true", Off: true, Help: "The hub records calls itself, where the dialplan does not."},
		{Name: "strip", Type: connectors.List, Example: `["9"]`, Off: true, Help: "Prefixes that are not part of a number."},
		{Name: "dial_out", Type: connectors.Map, Example: `{"+7": "98", "+": "9810"}`, Off: true, Help: "What the exchange expects before outside numbers."},
		{Name: "blacklist", Type: connectors.List, Example: `["+79001234567", "+7901*"]`, Off: true, Help: "No lead and no card; their calls stay in the log."},
		{Name: "device", Type: connectors.Text, Example: "PJSIP/{extension}", Off: true, Help: "How the dialplan rings an extension."},
		{Name: "route_token", Type: connectors.Secret, Example: "/etc/ctihub/route", Off: true, Help: "Lets the dialplan ask who should get a call."},
		{Name: "cel", Type: connectors.Text, Example: "/var/log/asterisk/cel-custom/ctihub.csv", Off: true, Help: "The exchange's own journal: without it calls are as seen live."},
		{Name: "cel_token", Type: connectors.Secret, Example: "/etc/ctihub/cel", Off: true,
			Help: `Instead of cel: the secret with which "ctihub cel ship" sends the journal from the exchange's machine.`},
		{Name: "dial", Type: connectors.Group, Off: true, Help: "Click to call: the user's telephone rings first, then the number.", Fields: []connectors.Field{
			{Name: "context", Type: connectors.Text, Required: true, Example: "from-internal", Help: "The dialplan context in which phones dial."},
			{Name: "caller_id", Type: connectors.Text, Example: `"Company <+74951234567>"`, Help: "What the far side sees; without it: the extension."},
			{Name: "ring", Type: connectors.Duration, Default: "30s", Help: "How long the user's telephone rings."},
			{Name: "allow", Type: connectors.List, Example: `["+7*"]`, Help: `Of the numbers that "dialling" allows only those that begin so; without it: all of them.`},
			{Name: "variables", Type: connectors.Map, Example: `{HUB: "1"}`, Help: "Set on the user's channel."},
		}},
		{Name: "queues", Type: connectors.Group, Off: true, Help: "Whoever is paused in the workplace is paused in these queues too.", Fields: []connectors.Field{
			{Name: "names", Type: connectors.List, Example: "[sales, support]", Help: "As in queues.conf."},
			{Name: "member", Type: connectors.Text, Example: "PJSIP/{extension}", Help: "Their interface there; FreePBX: Local/{extension}@from-queue/n. Without it: device."},
		}},
		{Name: "app", Type: connectors.Text, Example: "ctihub-hub1", Off: true, Help: "Name at the exchange; each hub needs its own."},
	},
}
