package engine

import "ctihub/connectors"

// FollowsCall reports whether a source tells of a call's end when it comes, or
// another hub is the one to know. False: its end may have been lost.
func (sv *Supervisor) FollowsCall(source, linkedid string) bool {
	s := sv.find(source)
	if s == nil {
		return false
	}
	if s.leases != nil && !s.held.Load() {
		return true
	}
	f, ok := s.connector.(connectors.CallFollower)
	return ok && f.FollowsCall(linkedid)
}

// Diallers names the sources that can place calls, in the order of the
// configuration.
func (sv *Supervisor) Diallers() []string {
	var names []string
	for _, s := range sv.sources {
		if d, ok := s.connector.(connectors.Dialler); ok && d.Dials() {
			names = append(names, s.state.Name)
		}
	}
	return names
}

// Dialler returns the source that can place calls, nil if there is none of
// that name.
func (sv *Supervisor) Dialler(name string) connectors.Dialler {
	s := sv.find(name)
	if s == nil {
		return nil
	}
	if d, ok := s.connector.(connectors.Dialler); ok && d.Dials() {
		return d
	}
	return nil
}

// PausesQueues reports whether a source keeps calls from those who are away.
func (sv *Supervisor) PausesQueues() bool {
	for _, s := range sv.sources {
		if p, ok := s.connector.(connectors.Pauser); ok && p.PausesQueues() {
			return true
		}
	}
	return false
}
