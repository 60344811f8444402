package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"ctihub/config"
	"ctihub/connectors"
	"ctihub/connectors/all"
)

type configCmd struct {
	Sample    sampleCmd    `cmd:"" help:"Print a commented configuration that can be used as it is."`
	Check     checkCmd     `cmd:"" help:"Check the configuration without starting anything."`
	Reference referenceCmd `cmd:"" hidden:"" help:"Write docs/configuration.md."`
}

type sampleCmd struct{}

// Run prints the sample.
func (sampleCmd) Run(t terminal) error {
	_, err := io.WriteString(t.out, sample())
	return err
}

func sample() string {
	var sources, sinks []string
	for _, k := range all.Kinds() {
		if k.In != nil {
			sources = append(sources, k.Sample)
		}
		if text := sinkSample(k); text != "" {
			sinks = append(sinks, text)
		}
	}
	return config.Sample(sources, sinks)
}

// sinkSample is the sample of a sink of the kind, empty if there is none.
func sinkSample(k connectors.Kind) string {
	if k.In == nil {
		return k.Sample
	}
	return k.SinkSample
}

type checkCmd struct{}

// Help is shown by config check --help.
func (checkCmd) Help() string {
	return `Every mistake is printed with file, line and remedy. Nothing is connected to: a wrong password or an unreachable exchange shows only when the hub runs, on its page Sources.

Exit codes: 0 it is right (warnings may be printed), 2 it is not.`
}

// Run checks the configuration and the settings of each source.
func (checkCmd) Run(t terminal, s settings) error {
	cfg, fromFile, err := s.load()
	if err != nil {
		return err
	}
	if !fromFile {
		return usageError{errors.New("there is nothing to check: give --config FILE, or make one with: ctihub config sample > ctihub.yaml")}
	}
	if err := checkSources(cfg, sourceKinds()); err != nil {
		return err
	}
	if _, err := makeSinks(cfg, slog.New(slog.DiscardHandler), nil, time.Now); err != nil {
		return err
	}
	for _, w := range cfg.Warnings() {
		fmt.Fprintln(t.err, "warning: "+w)
	}
	_, err = fmt.Fprintf(t.out, "%s is right: %s%s, %s\n", cfg.Path, plural(len(cfg.Sources), "source"), sinkWords(cfg), storageWords(cfg))
	return err
}

// checkSources makes each source's connector and throws it away.
func checkSources(cfg config.Config, kinds []connectors.Kind) error {
	var found config.Errors
	for _, src := range cfg.Sources {
		k, err := kindOf(src.Kind, kinds)
		if err == nil {
			env := sourceEnv(cfg, src.Name, time.Now)
			env.Settings, env.Log = src.Decode, slog.New(slog.DiscardHandler)
			env.HTTP, env.Health = http.DefaultClient, func(error) {}
			_, err = k.In(env)
		}
		found = append(found, src.Explain(err)...)
	}
	if len(found) > 0 {
		return found
	}
	return nil
}

// sourceEnv is what a source is given both to work and to be checked: what the
// configuration says of all sources, and its place in the data folder.
func sourceEnv(cfg config.Config, name string, now func() time.Time) connectors.Env {
	return connectors.Env{
		Name: name, Region: cfg.Region, Zone: cfg.Zone, PublicURL: cfg.PublicURL, Hub: cfg.Hub, Roots: cfg.Roots, Now: now,
		DataDir: cfg.SourceDir(name),
	}
}

func sourceKinds() []connectors.Kind {
	return slices.DeleteFunc(all.Kinds(), func(k connectors.Kind) bool { return k.In == nil })
}

// kindOf finds the kind that a source or sink names.
func kindOf(name string, kinds []connectors.Kind) (connectors.Kind, error) {
	var names []string
	for _, k := range kinds {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	remedy := "there are: " + strings.Join(names, ", ")
	if near := config.Nearest(name, names); near != "" {
		remedy = fmt.Sprintf("did you mean %q?", near)
	}
	return connectors.Kind{}, fmt.Errorf("kind %q is unknown; %s", name, remedy)
}

func sinkWords(cfg config.Config) string {
	if len(cfg.Sinks) == 0 {
		return ""
	}
	return ", " + plural(len(cfg.Sinks), "sink")
}

func storageWords(cfg config.Config) string {
	words := "SQLite in " + cfg.Data
	if cfg.Database != "" {
		words = "PostgreSQL"
	}
	if cfg.Redis != "" {
		words += " and Redis"
	}
	return words
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
