package storagetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

// TestOwnDatabases: tests that run side by side see nothing of each other.
func TestOwnDatabases(t *testing.T) {
	for n := range 8 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			c := connect(t, Postgres(t))
			if _, err := c.Exec(t.Context(), "CREATE TABLE mine (n int)"); err != nil {
				t.Error(err)
			}
			var fsync string
			if err := c.QueryRow(t.Context(), "SHOW fsync").Scan(&fsync); err != nil || fsync != "on" {
				t.Errorf("fsync is %q (%v), want on", fsync, err)
			}
			options, err := redis.ParseURL(Redis(t))
			if err != nil {
				t.Fatal(err)
			}
			options.DisableIdentity = true
			client := redis.NewClient(options)
			t.Cleanup(func() { _ = client.Close() })
			if made, err := client.SetNX(t.Context(), "mine", 1, 0).Result(); err != nil || !made {
				t.Errorf("the key was there before: %v", err)
			}
		})
	}
}

// TestPostgresCrash: what was committed survives Stop and Start under one DSN.
func TestPostgresCrash(t *testing.T) {
	t.Parallel()
	s := StartPostgres(t)
	c := connect(t, s.DSN())
	if _, err := c.Exec(t.Context(), "CREATE TABLE kept AS SELECT 42 AS n"); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if err := c.Ping(t.Context()); err == nil {
		t.Error("the server answers after Stop")
	}
	s.Start()
	var n int
	if err := connect(t, s.DSN()).QueryRow(t.Context(), "SELECT n FROM kept").Scan(&n); err != nil || n != 42 {
		t.Errorf("after a restart: %d, %v; want 42", n, err)
	}
}

// TestRedisFaults: killed, frozen and paused, the server does not answer; then
// it does again, under the same URL.
func TestRedisFaults(t *testing.T) {
	t.Parallel()
	s := StartRedis(t)
	s.Kill()
	if _, err := s.say("PING"); err == nil {
		t.Error("the server answers after Kill")
	}
	s.Start()
	s.Freeze()
	if s.ready(s.port, s.process.Pid) {
		t.Error("the server answers after Freeze")
	}
	s.Thaw()
	began := time.Now()
	s.Pause(200 * time.Millisecond)
	if answer, err := s.say("PING"); err != nil || answer != "+PONG\r\n" {
		t.Errorf("after Thaw and Pause: %q, %v; want PONG", answer, err)
	}
	if took := time.Since(began); took < 150*time.Millisecond {
		t.Errorf("a paused server answered after %s", took)
	}
}

// TestServersEndWithTheTests: killing the test process leaves neither servers
// nor files behind.
func TestServersEndWithTheTests(t *testing.T) {
	t.Parallel()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.count=1")
	child.Env = append(os.Environ(), "STORAGETEST_CHILD=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var dir, postgres, cache string
	for in := bufio.NewScanner(out); in.Scan(); {
		if n, _ := fmt.Sscanf(in.Text(), "child %s %s %s", &dir, &postgres, &cache); n == 3 {
			break
		}
	}
	if cache == "" {
		t.Fatalf("the child did not start its servers: %v", child.Wait())
	}
	_ = child.Process.Kill()
	_ = child.Wait()
	left := func() error {
		for _, address := range []string{postgres, cache} {
			if c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address); err == nil {
				_ = c.Close()
				return fmt.Errorf("a server still listens on %s", address)
			}
		}
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the folder %s is still there", dir)
		}
		return nil
	}
	limit := time.Now().Add(3 * time.Minute)
	for left() != nil {
		if time.Now().After(limit) {
			t.Fatal(left())
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestChild is the process that TestServersEndWithTheTests kills.
func TestChild(t *testing.T) {
	if os.Getenv("STORAGETEST_CHILD") == "" {
		return
	}
	p, r := StartPostgres(t), StartRedis(t)
	w, err := workspace()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("child", w.dir, p.address(), r.address())
	select {}
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
	return c
}
