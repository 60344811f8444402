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
	"ctihub/storage"
	"ctihub/storage/dedupe"
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
			sources = append(sources, k.Source.Sample(k.Name))
		}
		if k.Out != nil {
			sinks = append(sinks, k.Sink.Sample(k.Name))
		}
	}
	return config.Sample(sources, sinks)
}

type checkCmd struct{}

// Help is shown by config check --help.
func (checkCmd) Help() string {
	return `Every mistake is printed with file, line and remedy. Nothing is connected to: a wrong password or an unreachable exchange shows only when the hub runs, on its page Sources.

Exit codes: 0 it is right (warnings may be printed), 2 it is not.`
}

// Run checks the configuration and the settings of each source and sink.
func (checkCmd) Run(t terminal, s settings) error {
	cfg, fromFile, err := s.loadChecked()
	if err == nil && !fromFile {
		err = usageError{errors.New("there is nothing to check: give --config FILE, or make one with: ctihub config sample > ctihub.yaml")}
	}
	for _, w := range cfg.Warnings() {
		fmt.Fprintln(t.err, "warning: "+w)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s is right: %s%s, %s\n", cfg.Path, plural(len(cfg.Sources), "source"), sinkWords(cfg), storageWords(cfg))
	return err
}

// loadChecked is load with the settings of each source and sink checked, and
// every mistake told at once.
func (s settings) loadChecked() (config.Config, bool, error) {
	cfg, fromFile, err := s.load()
	if err != nil && cfg.Path == "" { // nothing could be read
		return cfg, fromFile, err
	}
	var found config.Errors
	if err != nil && !errors.As(err, &found) {
		return cfg, fromFile, err
	}
	for _, err := range []error{checkSources(cfg, sourceKinds()), checkSinks(cfg), checkAddresses(cfg, found)} {
		var more config.Errors
		if errors.As(err, &more) {
			found = append(found, more...)
		}
	}
	if len(found) > 0 {
		return cfg, fromFile, found.Sorted()
	}
	return cfg, fromFile, nil
}

// checkSources makes each source's connector and throws it away.
func checkSources(cfg config.Config, kinds []connectors.Kind) error {
	var found config.Errors
	for _, src := range cfg.Sources {
		if src.Kind == "" { // told by config
			continue
		}
		k, err := kindOf(src.Kind, kinds)
		if err != nil {
			found = append(found, src.Explain(err)...)
			continue
		}
		found = append(found, mistakesOf(src, func(settings func(any) error) error {
			env := baseEnv(cfg, src.Name, cfg.SourceDir(src.Name), time.Now)
			env.Settings, env.Log = settings, slog.New(slog.DiscardHandler)
			env.Net.HTTP, env.Report.Health = http.DefaultClient, func(error) {}
			_, err := k.In(env)
			return err
		})...)
	}
	if len(found) > 0 {
		return found
	}
	return nil
}

// checkSinks makes each sink and throws it away.
func checkSinks(cfg config.Config) error {
	var found config.Errors
	for _, c := range cfg.Sinks {
		if c.Kind == "" { // told by config
			continue
		}
		found = append(found, mistakesOf(c, func(settings func(any) error) error {
			_, err := makeSink(cfg, c, settings, slog.New(slog.DiscardHandler), nil, time.Now)
			return err
		})...)
	}
	if len(found) > 0 {
		return found
	}
	return nil
}

// configured is a source or sink of the file.
type configured interface {
	Decode(into any) error
	Explain(err error) config.Errors
}

// mistakesOf makes a connector also when its settings cannot all be read, so
// that what its kind finds is told too, unless it is about what was not read.
func mistakesOf(c configured, make func(settings func(any) error) error) config.Errors {
	var found config.Errors
	err := make(func(into any) error {
		found = append(found, c.Explain(c.Decode(into))...)
		return nil
	})
	unread := slices.Clone(found)
	for _, mistake := range c.Explain(err) {
		if !slices.ContainsFunc(unread, func(e *config.Error) bool { return isAbout(mistake.Msg, e) }) {
			found = append(found, mistake)
		}
	}
	return found
}

// isAbout reports whether a text speaks of the key that could not be read.
func isAbout(text string, e *config.Error) bool {
	key := strings.TrimSuffix(e.Path[strings.LastIndexByte(e.Path, '.')+1:], "_file")
	return strings.Contains(text, key) || meant(e.Remedy, text)
}

// meant reports whether a remedy says "did you mean" a key of which the text speaks.
func meant(remedy, text string) bool {
	_, key, found := strings.Cut(remedy, `did you mean "`)
	return found && strings.Contains(text, strings.TrimSuffix(strings.TrimSuffix(key, `"?`), "_file"))
}

// checkAddresses looks at what only the clients of the databases know.
func checkAddresses(cfg config.Config, found config.Errors) error {
	told := func(key string) bool {
		return slices.ContainsFunc(found, func(e *config.Error) bool { return strings.TrimSuffix(e.Path, "_file") == key })
	}
	var more config.Errors
	if cfg.Database != "" && !told("database") && storage.CheckAddress(cfg.Database) != nil {
		more = append(more, &config.Error{File: cfg.Path, Path: "database", Msg: "cannot be used", Remedy: "write postgres://user:password@host:5432/database, with settings that PostgreSQL knows"}) //nolint:gosec // an example
	}
	if cfg.Redis != "" && !told("redis") {
		client, err := dedupe.Dial(cfg.Redis)
		if err != nil {
			more = append(more, &config.Error{File: cfg.Path, Path: "redis", Msg: "cannot be used: " + err.Error()})
		} else {
			_ = client.Close()
		}
	}
	if len(more) > 0 {
		return more
	}
	return nil
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
