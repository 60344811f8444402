package webform

import "ctihub/connectors"

var schema = connectors.Schema{
	About:   "A form on a website. It posts to /in/<name>; the page to paste into the site is shown under Sources and consists of the script /embed/<name>.js.",
	Example: "site",
	Fields: []connectors.Field{
		{Name: "origins", Type: connectors.List, Example: "[https://www.example.com]", Help: "Websites that may post (the header Origin). Empty: every website."},
		{Name: "origins_required", Type: connectors.Flag, Default: "false", Help: "Refuse posts that name no website (Origin), such as those of scripts."},
		{Name: "fields", Type: connectors.Map, Example: "{phone: field_17}", Off: true,
			Help: `Our field: the name or label of the input on your form, where it is not guessed (tel, телефон, your-name …). A field that is listed is read from this input only; what cannot be guessed is added to the text as "name: value".`},
		{Name: "custom", Type: connectors.Map, Example: "{birthday: date_of_birth}", Off: true,
			Help: `Code of a custom field: the name or label of the input on your form. It is stored in the field of the contact (where that has no value), of the lead or of the request; what cannot be read, or differs from what the contact has, is added to the text as "name: value".`},
		{Name: "require", Type: connectors.List, Default: "[phone|email]", Help: `Required fields; "a|b" means one of them.`},
		{Name: "thanks", Type: connectors.Text, Example: `""`, Help: "Where to send the visitor afterwards. Empty: a thank-you of the hub's own."},
		{Name: "lang", Type: connectors.Choice, Choices: []string{"ru", "en"}, Example: `""`, Help: "ru or en. Empty: the visitor's language."},
		{Name: "title", Type: connectors.Text, Example: `""`, Help: "The heading of the form that the script draws."},
		{Name: "show", Type: connectors.List, Default: "[name, phone, message]", Help: "The inputs of that form: of name, phone, email, subject, message."},
		{Name: "honeypot", Type: connectors.Text, Default: "_hp", Required: true, Help: "The name of a hidden input that people leave empty and robots fill in."},
		{Name: "min_fill", Type: connectors.Duration, Default: "2s", Min: "0s", Help: "A form that is filled in faster goes into quarantine as a robot's."},
		{Name: "per_minute", Type: connectors.Number, Default: "60", Min: "0", Help: "Posts a minute from one address; more are asked to wait. 0: no limit."},
		{Name: "files", Type: connectors.Group, Help: "Files that visitors may attach: how many, and megabytes of each and together. 0: none; the form that the script draws then has no such input.", Fields: []connectors.Field{
			{Name: "count", Type: connectors.Number, Default: "0"},
			{Name: "each_mb", Type: connectors.Number, Default: "10"},
			{Name: "total_mb", Type: connectors.Number, Default: "20"},
			{Name: "types", Type: connectors.List, Default: "[image/jpeg, image/png, image/gif, image/webp, image/heic, application/pdf, application/office, text/plain]",
				Help: "Types by content: media types or groups of them; application/office stands for documents, tables and slides."},
		}},
		{Name: "consent", Type: connectors.Group, Off: true, Help: `What visitors agree to. It is stored word for word with what they send; change the version with the text. On a form of your own, the box is the input "_consent". Left out: nothing is asked.`, Fields: []connectors.Field{
			{Name: "text", Type: connectors.Text, Example: "I agree that my data are processed to answer my request."},
			{Name: "link", Type: connectors.Text, Example: "https://www.example.com/privacy"},
			{Name: "version", Type: connectors.Text, Example: `"2026-11"`},
			{Name: "required", Type: connectors.Flag, Example: "true"},
		}},
		{Name: "spam", Type: connectors.Group, Help: "Signs of spam and their points. A post with this many points or more goes into quarantine with the reasons, and can be accepted there. points: 0 switches this off.", Fields: []connectors.Field{
			{Name: "points", Type: connectors.Number, Default: "3"},
			{Name: "links", Type: connectors.Number, Default: "3", Help: "Links that a text may have; each further one is a point."},
			{Name: "phrases", Type: connectors.List, Example: "[]", Help: "Three points each."},
			{Name: "disposable", Type: connectors.List, Example: "[]", Help: "Domains of throw-away mail addresses: two points."},
			{Name: "same_text", Type: connectors.Number, Default: "3", Help: "Addresses that send one text within ten minutes: three points; 0: not looked at."},
		}},
		{Name: "proof", Type: connectors.Group, Help: "Work that the script does before each post, in leading zero bits of a SHA-256: 16 take a phone less than a second, each further bit doubles it. 0: none.", Fields: []connectors.Field{
			{Name: "bits", Type: connectors.Number, Default: "0", Min: "0", Max: "24"},
			{Name: "without", Type: connectors.Choice, Choices: []string{proofAccept, proofQuarantine, proofRefuse}, Default: proofQuarantine,
				Help: "Posts without it, such as those of plain forms: accept, quarantine or refuse."},
			{Name: "secret", Type: connectors.Secret, Example: "./secrets/proof", Off: true, Help: "Several hubs behind one address need one secret."},
		}},
		{Name: "callback", Type: connectors.Group, Help: "Visitors can ask to be called, now or at a time. Within the hours (on the office's clock) an available manager's telephone rings, then the visitor's, if an exchange dials; otherwise there is a task with the time.", Fields: []connectors.Field{
			{Name: "hours", Type: connectors.List, Example: "[]", Help: `Such as ["mon-fri 09:00-18:00", "sat 10:00-14:00"]. Empty: it is not offered.`},
			{Name: "days", Type: connectors.Number, Default: "7", Min: "1", Max: "90", Help: "How many days ahead a time may be."},
		}},
	},
}
