package app

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"ctihub/config"
	"ctihub/connectors"
	"ctihub/storage"
	"ctihub/storage/dedupe"
)

// Check creates every source and sink of a configuration and discards it,
// without connecting to anything. It returns all mistakes, found among them, as
// one [config.Errors], or nil.
func Check(cfg config.Config, found config.Errors) error {
	for _, err := range []error{checkSources(cfg, sourceKinds()), checkSinks(cfg), checkAddresses(cfg, found)} {
		var more config.Errors
		if errors.As(err, &more) {
			found = append(found, more...)
		}
	}
	if len(found) > 0 {
		return found.Sorted()
	}
	return nil
}

// checkSources creates each source's connector and discards it.
func checkSources(cfg config.Config, kinds []connectors.Kind) error {
	var found config.Errors
	for _, src := range cfg.Sources {
		if src.Kind == "" { // reported by config
			continue
		}
		k, err := kindOf(src.Kind, kinds)
		if err != nil {
			found = append(found, src.Explain(err)...)
			continue
		}
		found = append(found, checkConnector(src, func(settings func(any) error) error {
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

// checkSinks creates each sink and discards it.
func checkSinks(cfg config.Config) error {
	var found config.Errors
	for _, c := range cfg.Sinks {
		if c.Kind == "" { // reported by config
			continue
		}
		found = append(found, checkConnector(c, func(settings func(any) error) error {
			_, err := makeSink(cfg, c, settings, slog.New(slog.DiscardHandler), nil, time.Now)
			return err
		})...)
	}
	if len(found) > 0 {
		return found
	}
	return nil
}

// configured is a source or sink of the configuration.
type configured interface {
	Decode(into any) error
	Explain(err error) config.Errors
}

// checkConnector creates a connector even if some of its settings cannot be read,
// to report also the mistakes that its kind finds, except those about the settings
// that were not read.
func checkConnector(c configured, make func(settings func(any) error) error) config.Errors {
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

// isAbout reports whether a text names the key of a mistake.
func isAbout(text string, e *config.Error) bool {
	key := strings.TrimSuffix(e.Path[strings.LastIndexByte(e.Path, '.')+1:], "_file")
	return strings.Contains(text, key) || suggests(e.Remedy, text)
}

// suggests reports whether a remedy says "did you mean" a key that the text names.
func suggests(remedy, text string) bool {
	_, key, found := strings.Cut(remedy, `did you mean "`)
	return found && strings.Contains(text, strings.TrimSuffix(strings.TrimSuffix(key, `"?`), "_file"))
}

// checkAddresses lets the clients of PostgreSQL and Redis parse their addresses.
func checkAddresses(cfg config.Config, found config.Errors) error {
	reported := func(key string) bool {
		return slices.ContainsFunc(found, func(e *config.Error) bool { return strings.TrimSuffix(e.Path, "_file") == key })
	}
	var more config.Errors
	if cfg.Database != "" && !reported("database") && storage.CheckAddress(cfg.Database) != nil {
		more = append(more, &config.Error{File: cfg.Path, Path: "database", Msg: "cannot be used", Remedy: "write postgres://user:password@host:5432/database, with settings that PostgreSQL knows"}) //nolint:gosec // an example
	}
	if cfg.Redis != "" && !reported("redis") {
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
