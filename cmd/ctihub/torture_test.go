package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// What a child process of the tests needs to know to be a hub.
const (
	childConfig = "CTIHUB_TEST_CHILD" // configuration file; unset: run the tests
	childCrash  = "CTIHUB_TEST_CRASH" // "step:n": kill -9 at the n-th time of this step
)

func TestMain(m *testing.M) {
	if file := os.Getenv(childConfig); file != "" {
		if err := serveChild(file, os.Getenv(childCrash)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// serveChild is "serve" with a crash on the way.
func serveChild(file, crash string) error {
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	step, n, _ := strings.Cut(crash, ":")
	left := new(atomic.Int64)
	if n != "" {
		times, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return err
		}
		left.Store(times)
	}
	log := slog.New(slog.DiscardHandler)
	a, err := newApp(context.Background(), cfg, appOptions{Log: log, AtStep: func(s storage.Step) {
		if string(s) == step && left.Add(-1) == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}})
	if err != nil {
		return err
	}
	return a.Run(context.Background())
}

// victim is a hub in a process of its own, made to be killed.
type victim struct {
	cmd  *exec.Cmd
	gone chan struct{}
}

func startVictim(file, crash string) (*victim, error) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childConfig+"="+file, childCrash+"="+crash)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	v := &victim{cmd: cmd, gone: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // Pdeathsig looks at the thread
		defer close(v.gone)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	return v, <-started
}

func (v *victim) kill() {
	_ = v.cmd.Process.Kill()
	<-v.gone
}

// ready waits until the hub is ready or has reached its step.
func (v *victim) ready(url string) bool {
	for began := time.Now(); time.Since(began) < 30*time.Second; {
		select {
		case <-v.gone:
			return true
		default:
		}
		if awaitReady(url, 10*time.Millisecond) {
			return true
		}
	}
	return false
}

// kills is how often each database's hub is killed: a few times in every test
// run, as CTIHUB_KILLS says in "make torture".
func kills(t *testing.T) int {
	if s := os.Getenv("CTIHUB_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return 15
}

// A hub is killed with -9 at every step of the way and at random times, while
// people send forms and send again what was not accepted. What was accepted is
// there, once; what was not may be there, once.
func TestTortureKillsLoseAndDoubleNothing(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { torture(t, "", "") })
	t.Run("Postgres", func(t *testing.T) { torture(t, storagetest.Postgres(t), storagetest.Redis(t)) })
}

func torture(t *testing.T, database, redis string) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	address := freeAddress(t)
	file := filepath.Join(dir, "ctihub.yaml")
	text := fmt.Sprintf("listen: %s\ndata: %s\ndatabase: %q\nredis: %q\nsources: [{name: site, kind: webform, per_minute: 0}]\n", address, dir, database, redis)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	token := furnish(t, database, dir)
	truth := newOracle(t, filepath.Join(dir, "history"))

	ctx, cancel := context.WithCancel(context.Background())
	var senders sync.WaitGroup
	for s := range 8 {
		senders.Go(func() { send(ctx, t, truth, "http://"+address, s) })
	}
	steps := []storage.Step{storage.StepReceived, storage.StepWritten, storage.StepStored, storage.StepRouting, storage.StepAssigned}
	for k := range kills(t) {
		crash := ""
		if k%2 == 0 {
			crash = fmt.Sprintf("%s:%d", steps[k/2%len(steps)], 1+random.IntN(20))
		}
		v, err := startVictim(file, crash)
		if err != nil {
			t.Fatal(err)
		}
		if !v.ready("http://" + address + "/readyz") {
			v.kill()
			t.Fatalf("the hub does not come back after %d kills", k)
		}
		select {
		case <-v.gone: // at its step
		case <-time.After(time.Duration(50+random.IntN(400)) * time.Millisecond): // a kill at any time
			v.kill()
		}
	}
	cancel()
	senders.Wait()

	h := startHub(t, func(c *config.Config) { c.Data, c.Database, c.Redis = dir, database, redis })
	awaitRouted(t, h, token)
	truth.judge(t, h, token, strconv.FormatUint(seed, 10))
}

// furnish adds the people before the first start and returns a supervisor's token.
func furnish(t *testing.T, database, dir string) string {
	t.Helper()
	var token string
	h := startHub(t, func(c *config.Config) { c.Data, c.Database = dir, database })
	h.person("oleg", "Oleg", leads.RoleManager)
	h.person("olga", "Olga", leads.RoleManager)
	_, token = h.person("chief", "Chief", leads.RoleSupervisor)
	h.stop()
	return token
}

// send posts forms of a few persons until ctx ends, and sends again under the
// same key, sooner or later, what was not accepted.
func send(ctx context.Context, t *testing.T, truth *oracle, url string, sender int) {
	client := &http.Client{Timeout: 6 * time.Second}
	for n := 0; ctx.Err() == nil; n++ {
		key, person := fmt.Sprintf("s%d-%d", sender, n), rand.IntN(people)
		if err := truth.invoke(key, person); err != nil {
			t.Error(err)
			return
		}
		for range 3 {
			accepted, err := post(client, url+"/in/site", key, formOf(person).Encode())
			if accepted {
				if err := truth.accepted(key); err != nil {
					t.Error(err)
				}
				break
			}
			if err == nil || ctx.Err() != nil {
				break // refused openly, or the end
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Duration(rand.IntN(50)) * time.Millisecond):
			}
		}
	}
}

// people turn to the company in one run, most of them more than once.
const people = 1500

var errAway = errors.New("no answer")

// post sends one form; an error means that nobody knows whether it was stored.
func post(client *http.Client, url, key, body string) (accepted bool, err error) {
	resp, _, err := sendForm(client, url, key, body)
	switch {
	case err != nil:
		return false, errAway
	case resp.StatusCode == http.StatusOK:
		return true, nil
	case resp.StatusCode >= 500:
		return false, errAway
	}
	return false, nil
}

// sendForm sends a form under a key, as a script does, and reads the answer.
func sendForm(client *http.Client, url, key, body string) (*http.Response, []byte, error) {
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Idempotency-Key", key)
	resp, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	return resp, answer, nil
}

// awaitRouted waits until every open lead has a manager.
func awaitRouted(t *testing.T, h *hub, token string) {
	t.Helper()
	assigned := h.events(token, leads.EventLeadAssigned)
	limit := time.After(30 * time.Second)
	for {
		waiting := 0
		for _, l := range list[leads.Lead](h, token, "/api/v1/leads", nil) {
			if l.Status.Open() && l.ManagerID == "" {
				waiting++
			}
		}
		if waiting == 0 {
			return
		}
		select {
		case <-assigned:
		case <-limit:
			t.Fatalf("%d leads have no manager after 30 s", waiting)
		}
	}
}
