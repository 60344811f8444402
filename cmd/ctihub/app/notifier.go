package app

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/people"
)

// staff is [connectors.Staff] of every source and sink.
type staff struct{ *people.Notifier }

// Told implements [connectors.Staff].
func (s staff) Told(ctx context.Context, via string, e leads.Event) ([]leads.Recipient, error) {
	return s.Recipients(ctx, via, e)
}

// messengersOf returns the sinks with which users can link an address of their own.
func messengersOf(sinks []configuredSink) (list []people.Messenger) {
	for _, s := range sinks {
		if s.sink.Links != nil {
			list = append(list, people.Messenger{Name: s.rule.Name, Kind: s.rule.Kind, Inviter: s.sink.Links})
		}
	}
	return list
}
