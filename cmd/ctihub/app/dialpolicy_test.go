package app

import (
	"fmt"
	"testing"

	"ctihub/config"
	"ctihub/leads/calls"
)

// The default dial rules of the configuration equal calls.UsualPolicy.
func TestUsualDialPolicyIsTheConfigurations(t *testing.T) {
	cfg := config.Default()
	if got, want := fmt.Sprint(dialPolicy(cfg)), fmt.Sprint(calls.UsualPolicy(cfg.Region)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
