package asterisk

import "ctihub/connectors"

var schema = connectors.Schema{
	About:   "Asterisk 16 or newer, over ARI. What to switch on there: deploy/asterisk/README.md",
	Example: "pbx",
	Fields: []connectors.Field{
		{Name: "url", Type: connectors.Text, Example: "http://127.0.0.1:8088", Help: "http.conf: where Asterisk's web server listens; https:// for TLS."},
		{Name: "username", Type: connectors.Text, Example: "hub", Help: "ari.conf: [hub] type=user"},
		{Name: "password", Type: connectors.Secret, Example: "/etc/ctihub/ari"},
		{Name: "trunks", Type: connectors.List, Example: "[trunk]", Help: `Endpoints of trunks; * stands for any text, ? for one character: "PJSIP/provider-*".`},
		{Name: "phones", Type: connectors.List, Example: `["1??"]`, Off: true, Help: "Instead of trunks: the endpoints of telephones; every other endpoint is a trunk."},
		{Name: "dids", Type: connectors.Map, Example: `{"+74951234567": Sales, "+74957654321": {name: Bus stops, source: outdoor, team: sales}}`, Off: true,
			Help: "The numbers that customers dial (DID), each with its name, or with name, source (the advertisement that shows it) and team."},
		{Name: "internal_length", Type: connectors.Text, Example: "2-6", Off: true, Help: "Digits of an extension."},
		{Name: "recordings", Type: connectors.Text, Example: "/var/spool/asterisk/monitor", Off: true, Help: "Folder of MixMonitor's files on this machine; ari: fetch them over ARI."},
		{Name: "recordings_there", Type: connectors.Text, Example: "/var/spool/asterisk/monitor", Off: true, Help: "The path of the same folder on the exchange's machine."},
		{Name: "record", Type: connectors.Flag, Example: "true", Off: true, Help: "The hub starts the recording of calls that the dialplan does not record."},
		{Name: "strip", Type: connectors.List, Example: `["9"]`, Off: true, Help: "Prefixes to remove from numbers, such as the 9 for an outside line."},
		{Name: "dial_out", Type: connectors.Map, Example: `{"+7": "98", "+": "9810"}`, Off: true, Help: "Prefixes that the dialplan expects: the beginning of a number in E.164, and what to dial in its place."},
		{Name: "blacklist", Type: connectors.List, Example: `["+79001234567", "+7901*"]`, Off: true, Help: "Callers without lead and card; their calls are in the log."},
		{Name: "device", Type: connectors.Text, Example: "PJSIP/{extension}", Off: true, Help: "The channel with which the dialplan rings an extension."},
		{Name: "route_token", Type: connectors.Secret, Example: "/etc/ctihub/route", Off: true, Help: "Lets the dialplan ask who should get a call."},
		{Name: "cel", Type: connectors.Text, Example: "/var/log/asterisk/cel-custom/ctihub.csv", Off: true, Help: "File of channel event logging (CEL); without it the log holds calls as seen over ARI."},
		{Name: "cel_token", Type: connectors.Secret, Example: "/etc/ctihub/cel", Off: true,
			Help: `Instead of cel: the secret with which "ctihub cel ship" sends the journal from the exchange's machine.`},
		{Name: "dial", Type: connectors.Group, Off: true, Help: "Click to call: the user's telephone rings first, then the number.", Fields: []connectors.Field{
			{Name: "context", Type: connectors.Text, Required: true, Example: "from-internal", Help: "The dialplan context in which phones dial."},
			{Name: "caller_id", Type: connectors.Text, Example: `"Company <+74951234567>"`, Help: "The number that the called person sees; left out: the extension."},
			{Name: "ring", Type: connectors.Duration, Default: "30s", Help: "How long the user's telephone rings."},
			{Name: "allow", Type: connectors.List, Example: `["+7*"]`, Help: `Beginnings of numbers that may be dialled here, of those that "dialling" allows; left out: all of those.`},
			{Name: "variables", Type: connectors.Map, Example: `{HUB: "1"}`, Help: "Set on the user's channel."},
		}},
		{Name: "queues", Type: connectors.Group, Off: true, Help: "Users who are paused in the workplace are paused in these queues too.", Fields: []connectors.Field{
			{Name: "names", Type: connectors.List, Example: "[sales, support]", Help: "As in queues.conf."},
			{Name: "member", Type: connectors.Text, Example: "PJSIP/{extension}", Help: "A member's interface in the queue; FreePBX: Local/{extension}@from-queue/n. Left out: device."},
		}},
		{Name: "app", Type: connectors.Text, Example: "ctihub-hub1", Off: true, Help: "Name of the Stasis application; each hub needs its own."},
	},
}
