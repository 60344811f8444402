package whatsapp

import "ctihub/connectors"

var schema = connectors.Schema{
	About:   "A WhatsApp number by Meta's Cloud API, see docs/messengers.md. Meta posts to /in/<name>, which must be reachable from the internet over https.",
	Example: "whatsapp",
	Fields: []connectors.Field{
		{Name: "phone_number_id", Type: connectors.Text, Example: `"106540352242922"`,
			Help: `App dashboard, WhatsApp, API setup: "Phone number ID" (not the number).`},
		{Name: "access_token", Type: connectors.Secret, Required: true, Example: "./secrets/whatsapp-token",
			Help: "Token of a system user with whatsapp_business_messaging, without expiry."},
		{Name: "app_secret", Type: connectors.Secret, Required: true, Example: "./secrets/whatsapp-app",
			Help: `The "App secret" of the app dashboard, Settings, Basic: it proves that Meta wrote.`},
		{Name: "verify_token", Type: connectors.Secret, Required: true, Example: "./secrets/whatsapp-verify",
			Help: "A word of your own. Enter the same one beside the callback URL."},
		{Name: "template", Type: connectors.Text, Example: `""`,
			Help: "A template that Meta approved, with one place {{1}} in its body. It carries answers to customers who wrote more than 24 hours ago, in one line of up to 900 characters. Empty: such answers are refused."},
		{Name: "template_language", Type: connectors.Text, Default: "ru"},
		{Name: "version", Type: connectors.Text, Default: "v24.0", Help: "Version of the API. Meta keeps each for about two years."},
		{Name: "api_url", Type: connectors.Text, Default: "https://graph.facebook.com", Help: "Only for a gateway that speaks the same API."},
		connectors.LangField,
	},
}
