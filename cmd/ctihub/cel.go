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
	State     string `placeholder:"FILE" default:"/var/lib/ctihub/cel-ship.json" help:"File that keeps how much is sent (${default})."`
	Once      bool   `help:"Send what the journal holds now, and exit."`
}

// Help is shown by cel ship --help.
func (shipCmd) Help() string {
	return `Every line that Asterisk writes reaches the hub within a second, and counts as sent once the hub has it on disk. Outages and log rotation lose and double nothing as long as the files are there: a failed request is retried with a growing pause, up to 30 seconds. Lines written before the very first start are not sent.

Examples:

    ctihub cel ship --file /var/log/asterisk/cel-custom/ctihub.csv --to https://hub.example/in/pbx --token-file /etc/ctihub/cel
    ctihub cel ship --once --state /tmp/state --file ctihub.csv --to http://127.0.0.1:8080/in/pbx --token-file cel

As a service: deploy/ctihub-cel-ship.service.

Exit codes: 0 stopped by a signal, or with --once everything is sent; 1 with --once something is not sent, or the state file is damaged; 2 wrong command line.`
}

// Run sends the journal until a signal.
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
