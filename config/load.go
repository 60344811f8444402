package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"go.yaml.in/yaml/v3"
)

// document is the file's shape.
type document struct {
	Listen         string         `yaml:"listen"`
	PublicURL      string         `yaml:"public_url"`
	Hub            string         `yaml:"hub"`
	Data           string         `yaml:"data"`
	Database       string         `yaml:"database"`
	Redis          string         `yaml:"redis"`
	Region         string         `yaml:"region"`
	Timezone       string         `yaml:"timezone"`
	Digest         string         `yaml:"digest"`
	WrapUp         time.Duration  `yaml:"wrap_up"`
	Log            logSection     `yaml:"log"`
	CAFile         string         `yaml:"ca_file"`
	TrustedProxies []string       `yaml:"trusted_proxies"`
	Hosts          []string       `yaml:"hosts"`
	Limits         Limits         `yaml:"limits"`
	Metrics        metricsSection `yaml:"metrics"`
	Recordings     struct {
		KeepDays int `yaml:"keep_days"`
		S3       S3  `yaml:"s3"`
	} `yaml:"recordings"`
	KeepDays    KeepDays    `yaml:"keep_days"`
	MinFreeMB   int         `yaml:"min_free_mb"`
	MissedCalls missedCalls `yaml:"missed_calls"`
	Dialling    Dialling    `yaml:"dialling"`
	LostCalls   LostCalls   `yaml:"lost_calls"`
	Sources     []yaml.Node `yaml:"sources"`
	Sinks       []yaml.Node `yaml:"sinks"`
}

type logSection struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

type missedCalls struct {
	CallBackWithin time.Duration `yaml:"call_back_within"`
}

// common holds the keys that every source has.
type common struct {
	Name string `yaml:"name"`
	Kind string `yaml:"kind"`
	Team string `yaml:"team"`
	Demo bool   `yaml:"demo"`
}

// commonOut holds the keys that every sink has.
type commonOut struct {
	Name   string   `yaml:"name"`
	Kind   string   `yaml:"kind"`
	Events []string `yaml:"events"`
}

// maxFile bounds the configuration file, in bytes.
const maxFile = 1 << 20

// Load reads and checks the file. The error is of type [Errors] and holds every
// mistake found, unless the file cannot be read at all. With mistakes, the
// configuration has its Path and what could be read, so that the settings of
// sources and sinks can be checked too. A key that a source's kind does not know is
// found later, by Decode.
func Load(path string) (Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return Config{}, unreadable(path, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return Config{}, unreadable(path, err)
	}
	if len(b) > maxFile {
		return Config{}, Errors{{File: path, Msg: "is larger than 1 MiB", Remedy: "is this the right file?"}}
	}
	c, err := parse(path, b)
	if st, serr := f.Stat(); serr == nil && st.Mode().Perm()&0o004 != 0 && holdsSecret(b) {
		c.warnings.add(fmt.Sprintf("%s: everybody on this machine can read it, and it holds secrets; chmod 640 it, or move each secret into a file of its own (…_file)", path))
	}
	return c, err
}

func unreadable(path string, err error) error {
	remedy := "check the path and its permissions"
	if errors.Is(err, os.ErrNotExist) {
		remedy = "make one with: ctihub config sample > " + path
	}
	return Errors{{File: path, Msg: "cannot be read: " + plain(err), Remedy: remedy}}
}

func parse(path string, b []byte) (Config, error) {
	root, err := parseYAML(path, b)
	if err != nil {
		return Config{}, err
	}
	c := Default()
	c.Path = path
	d := &decoder{file: path, warn: c.warnings, lines: map[string]int{}}
	doc := document{Listen: c.Listen, Data: c.Data, Region: c.Region,
		KeepDays: c.KeepDays, MinFreeMB: c.MinFreeMB,
		Log: logSection{Level: "info", Format: c.Log.Format}, MissedCalls: missedCalls{c.CallBackWithin}, Limits: c.Limits, Dialling: c.Dialling, LostCalls: c.LostCalls}
	if root != nil {
		d.expand(root, "")
		d.document(root, &doc)
	}
	d.apply(&c, doc)
	for i := range doc.Sources {
		if s, ok := d.source(&doc.Sources[i], i); ok {
			c.Sources = append(c.Sources, s)
		}
	}
	d.checkSources(c.Sources)
	for i := range doc.Sinks {
		if s, ok := d.sink(&doc.Sinks[i], i); ok {
			c.Sinks = append(c.Sinks, s)
		}
	}
	d.checkSinks(c.Sinks)
	if len(d.errs) > 0 {
		return c, d.errs.Sorted()
	}
	return c, nil
}

// parseYAML returns the root of the only document, nil if it is empty.
func parseYAML(path string, b []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var n, more yaml.Node
	if err := dec.Decode(&n); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, Errors{syntaxError(path, err)}
	}
	if err := dec.Decode(&more); err == nil {
		return nil, Errors{{File: path, Line: more.Line, Msg: "a second YAML document begins", Remedy: "keep everything in one document, without ---"}}
	} else if !errors.Is(err, io.EOF) {
		return nil, Errors{syntaxError(path, err)}
	}
	if len(n.Content) == 0 || n.Content[0].ShortTag() == "!!null" {
		return nil, nil
	}
	return n.Content[0], nil
}

func (d *decoder) document(root *yaml.Node, doc *document) {
	d.into(root, doc, "")
}

// source reads the keys that all sources share. The others wait for Decode.
func (d *decoder) source(n *yaml.Node, i int) (Source, bool) {
	var k common
	s, ok := d.section(n, fmt.Sprintf("sources[%d]", i), sourceKeys, &k)
	s.what = "source " + k.Name
	return Source{Name: k.Name, Kind: k.Kind, Team: k.Team, Demo: k.Demo, section: s}, ok
}

// sink reads the keys that all sinks share.
func (d *decoder) sink(n *yaml.Node, i int) (Sink, bool) {
	var k commonOut
	s, ok := d.section(n, fmt.Sprintf("sinks[%d]", i), sinkKeys, &k)
	s.what = "sink " + k.Name
	return Sink{Name: k.Name, Kind: k.Kind, Events: k.Events, section: s}, ok
}
