package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"ctihub/config"
	"ctihub/connectors/asterisk"
)

type celCmd struct {
	Ship shipCmd `cmd:"" help:"Send the call journal of the Asterisk on this machine to a hub elsewhere."`
}

type shipCmd struct {
	File      string `required:"" placeholder:"FILE" help:"The journal, as cel_custom writes it. Rotated files beside it are sent too, also compressed ones."`
	To        string `required:"" placeholder:"URL" help:"The source at the hub: https://hub.example/in/pbx"`
	TokenFile string `required:"" placeholder:"FILE" help:"File with the cel_token of that source."`
	State     string `placeholder:"FILE" default:"/var/lib/ctihub/cel-ship.json" help:"Where to remember what is sent (${default})."`
	Once      bool   `help:"Send what there is, and end."`
}

// Help is shown by cel ship --help.
func (shipCmd) Help() string {
	return `Every line that Asterisk writes is at the hub within a second, and safe there before it counts as sent. Whatever is down meanwhile, and however often the files are rotated, nothing is lost or doubled as long as the files are there: what fails is tried again with a growing pause, up to 30 seconds. What the journal holds at the very first start is history and is not told.

Examples:

    ctihub cel ship --file /var/log/asterisk/cel-custom/ctihub.csv --to https://hub.example/in/pbx --token-file /etc/ctihub/cel
    ctihub cel ship --once --state /tmp/state --file ctihub.csv --to http://127.0.0.1:8080/in/pbx --token-file cel

As a service: deploy/ctihub-cel-ship.service.

Exit codes: 0 told to stop, or with --once all is sent; 1 with --once it is not, or the state file is damaged; 2 wrong command line.`
}

// Run ships until a signal comes.
func (c shipCmd) Run(t terminal) error {
	to, err := url.Parse(c.To)
	if err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" || !strings.HasPrefix(to.Path, "/in/") || to.RawQuery != "" {
		return usageError{errors.New("--to is the source's address at the hub, such as https://hub.example/in/pbx")}
	}
	token, err := os.ReadFile(c.TokenFile)
	if err != nil {
		return usageError{fmt.Errorf("--token-file: %w", err)}
	}
	if _, err := os.Stat(filepath.Dir(c.File)); err != nil {
		return usageError{fmt.Errorf("--file: %w", err)}
	}
	if err := os.MkdirAll(filepath.Dir(c.State), 0o700); err != nil {
		return usageError{fmt.Errorf("--state: %w", err)}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	s := asterisk.Shipper{
		File: c.File, To: c.To, Token: strings.TrimSpace(string(token)), State: c.State, Once: c.Once,
		HTTP: &http.Client{Timeout: 30 * time.Second}, Log: newLogger(config.Default().Log, t.err),
	}
	return s.Run(ctx)
}
