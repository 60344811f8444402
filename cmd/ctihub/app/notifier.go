package app

import "ctihub/leads/people"

// messengersOf returns the sinks with which users can link an address of their own.
func messengersOf(sinks []configuredSink) (list []people.Messenger) {
	for _, s := range sinks {
		if s.sink.Links != nil {
			list = append(list, people.Messenger{Name: s.rule.Name, Kind: s.rule.Kind, Inviter: s.sink.Links})
		}
	}
	return list
}
