// Package views keeps the views of lists: filters under a name, for a person, a team or
// everybody.
package views
