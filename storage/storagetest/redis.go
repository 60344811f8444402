package storagetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// redisDatabases is how many tests can use the shared Redis at the same time.
const redisDatabases = 1024

var sharedRedis = sync.OnceValues(func() (*redisPool, error) {
	s, err := newRedis()
	if err != nil {
		return nil, err
	}
	p := &redisPool{s, make(chan int, redisDatabases)}
	for n := range redisDatabases {
		p.free <- n
	}
	return p, nil
})

type redisPool struct {
	*redisProgram
	free chan int
}

// Redis returns the URL of an empty database in the Redis of this test
// process, for this test alone. Mind that Pub/Sub knows no databases: a test
// that subscribes must use names of its own or [StartRedis].
func Redis(t testing.TB) (url string) {
	t.Helper()
	p, err := sharedRedis()
	if err != nil {
		t.Fatal(err)
	}
	n := <-p.free
	t.Cleanup(func() {
		if _, err := p.say("SELECT "+strconv.Itoa(n), "FLUSHDB"); err != nil {
			t.Errorf("emptying the test's Redis database: %v", err)
		}
		p.free <- n
	})
	return p.url(n)
}

// RedisServer is a Redis that belongs to one test. Its methods end the test
// when they fail, so call them from the test's own goroutine.
type RedisServer struct {
	t testing.TB
	*redisProgram
}

// StartRedis starts a Redis that the test may kill and start again. It ends
// with the test. It keeps nothing on disk: after Kill and Start it is empty.
func StartRedis(t testing.TB) *RedisServer {
	t.Helper()
	s, err := newRedis()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.end(syscall.SIGKILL)
		_ = os.RemoveAll(s.dir)
	})
	return &RedisServer{t, s}
}

// URL stays the same over Kill and Start.
func (s *RedisServer) URL() string { return s.url(0) }

// Kill ends the server at once and returns when it is gone.
func (s *RedisServer) Kill() { s.end(syscall.SIGKILL) }

// Start starts the server again after Kill and returns when it answers.
func (s *RedisServer) Start() {
	s.t.Helper()
	if err := s.start(); err != nil {
		s.t.Fatal(err)
	}
}

// Pause makes the server take commands without answering them, for d
// (CLIENT PAUSE). It cannot be ended early.
func (s *RedisServer) Pause(d time.Duration) {
	s.t.Helper()
	if _, err := s.say(fmt.Sprintf("CLIENT PAUSE %d ALL", d.Milliseconds())); err != nil {
		s.t.Fatalf("pausing Redis: %v", err)
	}
}

// Flush empties it, all databases.
func (s *RedisServer) Flush() {
	s.t.Helper()
	if _, err := s.say("FLUSHALL"); err != nil {
		s.t.Fatal(err)
	}
}

// Freeze stops the process, as on a machine that hangs: the kernel still takes
// connections, and nothing answers, until Thaw.
func (s *RedisServer) Freeze() { _ = s.process.Signal(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (s *RedisServer) Thaw() { _ = s.process.Signal(syscall.SIGCONT) }

type redisProgram struct{ server }

func newRedis() (*redisProgram, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("redis-server is not installed: apt-get install -y redis-server (%w)", err)
	}
	dir, err := folder()
	if err != nil {
		return nil, fmt.Errorf("starting Redis: %w", err)
	}
	s := &redisProgram{server{
		name: "Redis", dir: dir, orphan: syscall.SIGKILL,
		command: func(port int) *exec.Cmd {
			cmd := exec.CommandContext(context.Background(), program, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", dir,
				"--databases", strconv.Itoa(redisDatabases), "--save", "", "--appendonly", "no", "--daemonize", "no")
			cmd.SysProcAttr = &syscall.SysProcAttr{}
			return cmd
		},
	}}
	s.ready = func(port, pid int) bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		answer, err := say(ctx, port, "INFO server")
		return err == nil && strings.Contains(answer, "process_id:"+strconv.Itoa(pid)+"\r")
	}
	if err := s.start(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *redisProgram) url(database int) string {
	return fmt.Sprintf("redis://%s/%d", s.address(), database)
}

func (s *redisProgram) say(commands ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return say(ctx, s.port, commands...)
}

// say sends commands in Redis's inline form on a connection of their own and
// returns the last answer.
func say(ctx context.Context, port int, commands ...string) (answer string, err error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	limit, _ := ctx.Deadline()
	if err := c.SetDeadline(limit); err != nil {
		return "", err
	}
	in := bufio.NewReader(c)
	for _, command := range commands {
		if _, err := io.WriteString(c, command+"\r\n"); err != nil {
			return "", err
		}
		if answer, err = in.ReadString('\n'); err != nil {
			return "", err
		}
		switch answer[0] {
		case '-':
			return "", errors.New(strings.TrimSpace(answer[1:]))
		case '$':
			size, err := strconv.Atoi(strings.TrimSpace(answer[1:]))
			if err != nil || size < 0 {
				return "", fmt.Errorf("unexpected answer %q", answer)
			}
			bulk := make([]byte, size+len("\r\n"))
			if _, err := io.ReadFull(in, bulk); err != nil {
				return "", err
			}
			answer = string(bulk)
		}
	}
	return answer, nil
}
