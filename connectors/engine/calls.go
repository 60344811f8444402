package engine

import (
	"ctihub/connectors"
	"ctihub/leads"
)

// FollowsCall reports whether a source sees a call now and will report its end, or
// is owned by another hub. False: the end may have been missed.
func (sv *Supervisor) FollowsCall(source, linkedid string) bool {
	s := sv.find(source)
	if s == nil {
		return false
	}
	if s.leases != nil && !s.owned.Load() {
		return true
	}
	return s.connector.Calls.Follows != nil && s.connector.Calls.Follows(linkedid)
}

// Diallers names the sources that can place calls, in the order of the
// configuration.
func (sv *Supervisor) Diallers() []string {
	var names []string
	for _, s := range sv.current() {
		if s.connector.Calls.Dialler != nil {
			names = append(names, s.state.Name)
		}
	}
	return names
}

// DIDs returns the numbers of all sources by which customers reach the company.
func (sv *Supervisor) DIDs() []leads.DID {
	var all []leads.DID
	for _, s := range sv.current() {
		all = append(all, s.connector.DIDs...)
	}
	return all
}

// Dialler returns the source that can place calls, nil if there is none of
// that name.
func (sv *Supervisor) Dialler(name string) connectors.Dialler {
	if s := sv.find(name); s != nil {
		return s.connector.Calls.Dialler
	}
	return nil
}

// PausesQueues reports whether a source pauses users in the exchange's queues.
func (sv *Supervisor) PausesQueues() bool {
	for _, s := range sv.current() {
		if s.connector.Calls.PausesQueues {
			return true
		}
	}
	return false
}

// Fields returns the codes of the custom fields that the settings of sources name, by source.
func (sv *Supervisor) Fields() map[string][]string {
	all := map[string][]string{}
	for _, s := range sv.current() {
		if len(s.connector.Fields) > 0 {
			all[s.state.Name] = s.connector.Fields
		}
	}
	return all
}
