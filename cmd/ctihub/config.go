package main

import (
	"errors"
	"fmt"
	"io"

	"ctihub/cmd/ctihub/app"
	"ctihub/config"
)

type configCmd struct {
	Sample    sampleCmd    `cmd:"" help:"Print a commented configuration that can be used as it is."`
	Check     checkCmd     `cmd:"" help:"Check the configuration without starting anything."`
	Reference referenceCmd `cmd:"" hidden:"" help:"Write docs/configuration.md."`
}

type sampleCmd struct{}

// Run prints the sample.
func (sampleCmd) Run(t terminal) error {
	_, err := io.WriteString(t.out, app.Sample())
	return err
}

type checkCmd struct{}

// Help is shown by config check --help.
func (checkCmd) Help() string {
	return `Prints every mistake with file, line and remedy. It connects to nothing: a wrong password or an unreachable exchange shows only in the running hub, on its page Sources.

Exit codes: 0 the configuration is valid (there may be warnings), 2 it is not.`
}

// Run checks the configuration and the settings of each source and sink.
func (checkCmd) Run(t terminal, s settings) error {
	cfg, fromFile, err := s.loadChecked()
	if err == nil && !fromFile {
		err = usageError{errors.New("there is no configuration to check: give --config FILE, or make one with: ctihub config sample > ctihub.yaml")}
	}
	for _, w := range cfg.Warnings() {
		fmt.Fprintln(t.err, "warning: "+w)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s is valid: %s%s, %s\n", cfg.Path, plural(len(cfg.Sources), "source"), sinkSummary(cfg), storageSummary(cfg))
	return err
}

func sinkSummary(cfg config.Config) string {
	if len(cfg.Sinks) == 0 {
		return ""
	}
	return ", " + plural(len(cfg.Sinks), "sink")
}

func storageSummary(cfg config.Config) string {
	words := "SQLite in " + cfg.Data
	if cfg.Database != "" {
		words = "PostgreSQL"
	}
	if cfg.Redis != "" {
		words += " and Redis"
	}
	return words
}
