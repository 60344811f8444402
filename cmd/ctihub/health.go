package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"ctihub/config"
	"ctihub/web"
)

type healthCmd struct {
	Timeout time.Duration `default:"3s" help:"How long to wait."`
}

// Run asks /readyz of the hub on this machine, for container health checks.
func (c healthCmd) Run(t terminal, s settings) error {
	cfg, _, err := s.load()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, config.LocalURL(cfg.Listen)+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("no hub answers on %s; is it running with this configuration?", cfg.Listen)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		var a web.Readiness
		if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || len(a.Failed) == 0 {
			return fmt.Errorf("the hub on %s is not ready (%s)", cfg.Listen, strings.ToLower(http.StatusText(resp.StatusCode)))
		}
		return fmt.Errorf("the hub on %s is not ready: %s", cfg.Listen, strings.Join(a.Failed, ", "))
	}
	_, err = fmt.Fprintln(t.out, "ready")
	return err
}
