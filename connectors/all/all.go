// Package all lists the kinds of connector that the hub is built with.
package all

import (
	"ctihub/connectors"
	"ctihub/connectors/asterisk"
	"ctihub/connectors/telegram"
	"ctihub/connectors/webform"
	"ctihub/connectors/webhook"
)

// Kinds returns every kind that the "kind:" of a source or sink may name. A new connector
// is added here and nowhere else.
func Kinds() []connectors.Kind {
	return []connectors.Kind{
		asterisk.Kind(),
		telegram.Kind(),
		webform.Kind(),
		webhook.Kind(),
	}
}
