package app

import (
	"fmt"
	"testing"

	"ctihub/config"
	"ctihub/leads"
)

// The usual rules of the configuration are those that the store falls back to.
func TestUsualDialPolicyIsTheConfigurations(t *testing.T) {
	cfg := config.Default()
	if got, want := fmt.Sprint(dialPolicy(cfg)), fmt.Sprint(leads.UsualDialPolicy(cfg.Region)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
