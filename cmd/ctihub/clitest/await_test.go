package clitest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"ctihub/storage/storagetest"
)

// awaitLog waits until the hub has logged the text.
func (h *hub) awaitLog(text string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	defer context.AfterFunc(ctx, h.new.Broadcast)()
	h.mu.Lock()
	defer h.mu.Unlock()
	for !strings.Contains(h.log.String(), text) {
		if ctx.Err() != nil {
			h.t.Fatalf("the hub does not log %q", text)
		}
		h.new.Wait()
	}
}

// A hub whose PostgreSQL cannot be reached waits for it and logs that; meanwhile it
// is alive and not ready. A permanent error ends it at once.
func TestPostgresIsAwaited(t *testing.T) {
	p := newWorkDir(t)
	pg := storagetest.StartPostgres(t)
	pg.Stop()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	dsn := strings.Replace(pg.DSN(), "ctihub@", "ctihub:hunter2@", 1)
	p.write("ctihub.yaml", fmt.Sprintf("listen: %s\ndatabase: %s\nsources: [{name: site, kind: webform}]\n", address, dsn))
	stopped := p.startServe()
	stopped.awaitLog("waiting for PostgreSQL")
	if code := stopped.stop(); code != 0 {
		t.Errorf("told to stop while it waited: exit code %d", code)
	}
	h := p.startServe()
	h.awaitLog("waiting for PostgreSQL")
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503, "/in/site": 503, "/": 503} {
		resp, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want || want == 503 && resp.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	p.mustRefuse(1, "is not ready: database", "health")
	pg.Start()
	h.awaitRunning()
	if log := h.logged(); !strings.Contains(log, "PostgreSQL answers") || strings.Contains(log, "hunter2") {
		t.Error("the log does not say that it answers, or shows the password")
	}
	if out := p.mustRun("health"); out != "ready\n" {
		t.Error(out)
	}
	if code := h.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for wrong, want := range map[string]string{
		strings.Replace(dsn, "/postgres?", "/nowhere?", 1): `database "nowhere" does not exist`,
		strings.Replace(dsn, "ctihub:", "nobody:", 1):      `role "nobody" does not exist`,
	} {
		p.write("wrong.yaml", "listen: "+address+"\ndatabase: "+wrong+"\n")
		p.mustRefuse(1, want, "serve", "--config", "wrong.yaml")
	}
}

// Without Redis the hub works, and its log names the error at the start.
func TestRedisIsToldAtTheStart(t *testing.T) {
	p := newWorkDir(t)
	redis := storagetest.StartRedis(t)
	p.write("ctihub.yaml", anyPort+"redis: "+strings.TrimSuffix(redis.URL(), "/0")+"/9999\n")
	h := p.serve()
	if log := h.logged(); !strings.Contains(log, "Redis refuses the hub") || !strings.Contains(log, "correct the key") {
		t.Error("nothing is said of a Redis that refuses")
	}
	h.stop()
	redis.Kill()
	p.write("ctihub.yaml", anyPort+"redis: "+redis.URL()+"\n")
	h = p.serve()
	if log := h.logged(); !strings.Contains(log, "Redis does not answer") {
		t.Error("nothing is said of a Redis that is away")
	}
	h.stop()
}
