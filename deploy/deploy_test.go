// Package deploy_test checks the deployment files as far as that is possible
// without a container engine.
package deploy_test

import (
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"ctihub/config"
	"ctihub/connectors"
	"ctihub/connectors/all"
)

type compose struct {
	Name     string             `yaml:"name"`
	Services map[string]service `yaml:"services"`
	Volumes  map[string]any     `yaml:"volumes"`
	Networks map[string]network `yaml:"networks"`
	Logging  any                `yaml:"x-logging"`
}

type network struct {
	Internal bool `yaml:"internal"`
	IPAM     struct {
		Config []map[string]string `yaml:"config"`
	} `yaml:"ipam"`
}

type service struct {
	Image string `yaml:"image"`
	Build struct {
		Context    string `yaml:"context"`
		Dockerfile string `yaml:"dockerfile"`
	} `yaml:"build"`
	Command         []string                     `yaml:"command"`
	Entrypoint      []string                     `yaml:"entrypoint"`
	Environment     map[string]string            `yaml:"environment"`
	Ports           []string                     `yaml:"ports"`
	Volumes         []string                     `yaml:"volumes"`
	DependsOn       map[string]map[string]string `yaml:"depends_on"`
	Healthcheck     map[string]any               `yaml:"healthcheck"`
	Restart         string                       `yaml:"restart"`
	ReadOnly        bool                         `yaml:"read_only"`
	CapDrop         []string                     `yaml:"cap_drop"`
	SecurityOpt     []string                     `yaml:"security_opt"`
	StopGracePeriod string                       `yaml:"stop_grace_period"`
	NetworkMode     string                       `yaml:"network_mode"`
	Networks        []string                     `yaml:"networks"`
	Ulimits         map[string]int               `yaml:"ulimits"`
	Logging         struct {
		Driver  string            `yaml:"driver"`
		Options map[string]string `yaml:"options"`
	} `yaml:"logging"`
}

func readCompose(t *testing.T) compose {
	t.Helper()
	f, err := os.Open("../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dec := yaml.NewDecoder(f)
	dec.KnownFields(true)
	var c compose
	if err := dec.Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComposeHoldsTogether(t *testing.T) {
	c := readCompose(t)
	for _, name := range []string{"hub", "postgres", "redis", "asterisk"} {
		if _, ok := c.Services[name]; !ok {
			t.Errorf("service %s is missing", name)
		}
	}
	for name, s := range c.Services {
		if s.Image == "" && s.Build.Context == "" {
			t.Errorf("%s has neither image nor build", name)
		}
		if s.Build.Context != "" {
			file := s.Build.Dockerfile
			if file == "" {
				file = "Dockerfile"
			}
			mustExist(t, filepath.Join("..", s.Build.Context, file))
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if strings.HasPrefix(from, ".") {
				mustExist(t, filepath.Join("..", from))
			} else if _, ok := c.Volumes[from]; !ok {
				t.Errorf("%s uses volume %s, which is not declared", name, from)
			}
		}
		for other, how := range s.DependsOn {
			o, ok := c.Services[other]
			if !ok {
				t.Errorf("%s depends on %s, which does not exist", name, other)
			}
			if how["condition"] == "service_healthy" && o.Healthcheck == nil {
				t.Errorf("%s waits for the health of %s, which has no check", name, other)
			}
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s publishes %s to every network", name, p)
			}
		}
	}
}

// Logs are bounded; the database and Redis are in an internal network; only the hub
// publishes a port; it trusts the gateway, which is the address of a proxy on the
// machine, and keeps its name and its version.
func TestComposeIsFitToStay(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.Services {
		if s.Logging.Driver != "json-file" || s.Logging.Options["max-size"] == "" || s.Logging.Options["max-file"] == "" {
			t.Errorf("the log of %s has no limit: %+v", name, s.Logging)
		}
		if len(s.Ports) > 0 && name != "hub" {
			t.Errorf("%s publishes %v", name, s.Ports)
		}
		for _, n := range s.Networks {
			if _, ok := c.Networks[n]; !ok {
				t.Errorf("%s is in the network %s, which is not declared", name, n)
			}
		}
		if len(s.Networks) == 0 && s.NetworkMode != "none" {
			t.Errorf("%s is in the default network", name)
		}
		if _, tag, _ := strings.Cut(s.Image, ":"); s.Image != "" && (tag == "" || tag == "latest") {
			t.Errorf("the image of %s has no version: %s", name, s.Image)
		}
	}
	for _, name := range []string{"postgres", "redis"} {
		for _, n := range c.Services[name].Networks {
			if !c.Networks[n].Internal {
				t.Errorf("%s is in %s, which is not internal", name, n)
			}
		}
	}
	hub := c.Services["hub"]
	if hub.Ulimits["nofile"] < 65536 {
		t.Errorf("the hub may open %d files", hub.Ulimits["nofile"])
	}
	for _, gateway := range []string{"172.30.80.1", "10.9.8.1"} {
		want := "${CTIHUB_GATEWAY:-172.30.80.1}"
		if hub.Environment["CTIHUB_GATEWAY"] != want || c.Networks["front"].IPAM.Config[0]["gateway"] != want {
			t.Errorf("hub and network have different gateways")
		}
		if gateway != "172.30.80.1" {
			t.Setenv("CTIHUB_GATEWAY", gateway)
		}
		cfg := composeConfig(t)
		if len(cfg.TrustedProxies) != 1 || cfg.TrustedProxies[0].String() != gateway+"/32" {
			t.Errorf("trusted_proxies is %v, and the proxy's address is %s", cfg.TrustedProxies, gateway)
		}
		if host, _ := os.Hostname(); cfg.Hub == "" || strings.Contains(cfg.Hub, host) {
			t.Errorf("the hub is named %q, which changes with its container", cfg.Hub)
		}
	}
	if !strings.HasPrefix(hub.Image, "ctihub:") {
		t.Errorf("the hub's image is %s", hub.Image)
	}
}

// composeConfig loads the configuration of compose with generated secrets.
func composeConfig(t *testing.T) config.Config {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "secrets")
	if out, err := exec.Command("sh", "make-secrets.sh", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Setenv("CTIHUB_SECRETS", dir)
	cfg, err := config.Load("config.compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestComposeHoldsNoPassword(t *testing.T) {
	for name, s := range readCompose(t).Services {
		for k, v := range s.Environment {
			if regexp.MustCompile(`(?i)pass|secret|token|key`).MatchString(k) && !strings.HasSuffix(k, "_FILE") {
				t.Errorf("%s: %s=%s: secrets come as files", name, k, v)
			}
		}
	}
}

// The images' own files exist, and what the Dockerfile copies too.
func TestDockerfile(t *testing.T) {
	b, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^COPY ([^-\n].*) \S+$`).FindAllStringSubmatch(string(b), -1) {
		for from := range strings.FieldsSeq(m[1]) {
			mustExist(t, filepath.Join("..", from))
		}
	}
	if !strings.Contains(string(b), "\nUSER 65532:65532\n") || !strings.Contains(string(b), "HEALTHCHECK") {
		t.Error("the image runs as root or has no health check")
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	if want == nil || !strings.Contains(string(b), "golang:"+string(want[1])+"-") {
		t.Errorf("the image builds with another Go than go.mod's %s", want[1])
	}
}

// The first start generates every secret that the configuration needs; a later start
// changes none.
func TestComposeConfiguration(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "secrets")
	makeSecrets := func() map[string]string {
		if out, err := exec.Command("sh", "make-secrets.sh", dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		list, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, f := range list {
			b, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if st, err := f.Info(); err != nil || st.Mode().Perm() != 0o400 {
				t.Errorf("%s has mode %v", f.Name(), st.Mode())
			}
			all[f.Name()] = string(b)
		}
		return all
	}
	first, second := makeSecrets(), makeSecrets()
	for name, v := range first {
		if v == "" || second[name] != v {
			t.Errorf("%s is empty or changed at the second start", name)
		}
	}
	if first["ari-password"] != first["asterisk-ari-password"] || len(first["ari-password"]) != 48 {
		t.Error("hub and Asterisk have different passwords")
	}

	t.Setenv("CTIHUB_SECRETS", dir)
	cfg, err := config.Load("config.compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(cfg.Database, first["postgres-password"]) || !strings.HasPrefix(cfg.Redis, "redis://:") {
		t.Error("the database or Redis URL has another password than the server")
	}
	kinds := map[string]connectors.Kind{}
	for _, k := range all.Kinds() {
		kinds[k.Name] = k
	}
	for _, src := range cfg.Sources {
		env := connectors.Env{Name: src.Name, Settings: src.Decode,
			Hub:     connectors.Hub{Name: cfg.Hub, Region: cfg.Region, PublicURL: cfg.PublicURL},
			DataDir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Net: connectors.Net{HTTP: http.DefaultClient}, Now: time.Now,
			Report: connectors.Report{Health: func(error) {}}}
		if _, err := kinds[src.Kind].In(env); err != nil {
			t.Errorf("source %s: %v", src.Name, err)
		}
	}
	if w := cfg.Warnings(); len(w) > 0 {
		t.Error(w)
	}
	for name, s := range readCompose(t).Services {
		for k, v := range s.Environment {
			if base, ok := strings.CutPrefix(v, "/secrets/"); ok && first[base] == "" {
				t.Errorf("%s: %s names %s, which make-secrets.sh does not make", name, k, v)
			}
		}
	}
}

// systemd accepts each line of the units, and the hub accepts every command in them.
func TestRealUnits(t *testing.T) {
	for _, name := range []string{"ctihub.service", "ctihub-cel-ship.service"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"\nNoNewPrivileges=yes\n", "\nProtectSystem=strict\n", "\nRestartPreventExitStatus=2\n", "\nExecStart=ctihub "} {
			if !strings.Contains(string(b), want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
		// systemd asks whether the program is there; it is not, on most machines.
		unit := filepath.Join(t.TempDir(), name)
		text := regexp.MustCompile(`(?m)^(ExecStart(?:Pre)?)=ctihub `).ReplaceAll(b, []byte("$1=/bin/true "))
		if err := os.WriteFile(unit, text, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("systemd-analyze", "verify", "--man=no", unit).CombinedOutput()
		if err != nil || strings.Contains(string(out), name) {
			t.Errorf("systemd-analyze verify %s: %v\n%s", name, err, out)
		}
	}
	b, err := os.ReadFile("ctihub.service")
	if err != nil || !strings.Contains(string(b), "\nExecStart=ctihub serve\n") || !strings.Contains(string(b), "\nEnvironment=CTIHUB_CONFIG=/etc/ctihub/ctihub.yaml\n") {
		t.Errorf("the unit starts something else: %v", err)
	}
}

func TestPrometheusSampleParses(t *testing.T) {
	b, err := os.ReadFile("prometheus.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Scrape []struct {
			Job     string `yaml:"job_name"`
			Static  []any  `yaml:"static_configs"`
			Seconds string `yaml:"scrape_interval"`
		} `yaml:"scrape_configs"`
	}
	if err := yaml.Unmarshal(b, &c); err != nil || len(c.Scrape) != 1 || len(c.Scrape[0].Static) != 1 {
		t.Errorf("%+v %v", c, err)
	}
}

func mustExist(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// The dialplan has each extension once: Asterisk ignores a second one of the same
// number, so that a test of it would test the first.
func TestDialplanNamesEachNumberOnce(t *testing.T) {
	b, err := os.ReadFile("pbx/etc/extensions.conf")
	if err != nil {
		t.Fatal(err)
	}
	context, seen := "", map[string]bool{}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			context = line
		}
		if _, what, found := strings.Cut(line, "exten => "); found && strings.Count(what, ",") > 1 {
			parts := strings.SplitN(what, ",", 3)
			if key := context + parts[0] + "," + parts[1]; seen[key] {
				t.Errorf("%s is there twice", key)
			} else {
				seen[key] = true
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d numbers found: is the dialplan still read?", len(seen))
	}
}
