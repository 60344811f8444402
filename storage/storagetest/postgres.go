package storagetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

var (
	sharedPostgres = sync.OnceValues(func() (*postgres, error) { return newPostgres("") })
	databases      atomic.Int64
)

// Postgres returns the URL of a fresh, empty database in the PostgreSQL
// cluster of this test process. The cluster allows 200 connections in all and
// is durable (fsync), as in production.
func Postgres(t testing.TB) (dsn string) {
	t.Helper()
	return database(t, "")
}

// database makes a database of the cluster of this test process.
func database(t testing.TB, options string) (dsn string) {
	t.Helper()
	s, err := sharedPostgres()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test%d", databases.Add(1))
	if err := s.execute("CREATE DATABASE " + name + options); err != nil {
		t.Fatalf("making a database for the test: %v", err)
	}
	// Databases are not dropped: that takes a checkpoint each, and the whole
	// cluster goes with the process.
	return s.dsn(name)
}

// Databases returns what gives each test the URL of a PostgreSQL database whose tables are up to
// date. migrate makes the first one; the others are copies, because making tables takes seconds.
func Databases(migrate func(dsn string) error) func(testing.TB) string {
	first := sync.OnceValues(func() (name string, err error) {
		s, err := sharedPostgres()
		if err != nil {
			return "", err
		}
		name = fmt.Sprintf("first%d", databases.Add(1))
		if err := s.execute("CREATE DATABASE " + name); err != nil {
			return "", err
		}
		return name, migrate(s.dsn(name))
	})
	return func(t testing.TB) string {
		t.Helper()
		original, err := first()
		if err != nil {
			t.Fatalf("making the tables: %v", err)
		}
		return database(t, " TEMPLATE "+original)
	}
}

// PostgresServer is a PostgreSQL cluster that belongs to one test. Its methods
// end the test when they fail, so call them from the test's own goroutine.
type PostgresServer struct {
	t testing.TB
	*postgres
}

// StartPostgres starts a cluster that the test may stop and start again. It
// ends with the test.
func StartPostgres(t testing.TB) *PostgresServer {
	t.Helper()
	return StartPostgresIn(t, "")
}

// StartPostgresIn is StartPostgres with everything in a folder of an existing
// one, such as a small disk.
func StartPostgresIn(t testing.TB, in string) *PostgresServer {
	t.Helper()
	s, err := newPostgres(in)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.end(syscall.SIGQUIT)
		_ = os.RemoveAll(s.dir)
	})
	return &PostgresServer{t, s}
}

// DSN returns the URL of the cluster's one, at first empty, database. It stays
// the same over Stop and Start.
func (s *PostgresServer) DSN() string { return s.dsn("postgres") }

// Stop ends the server as a crash would (pg_ctl stop -m immediate) and returns
// when it is gone. What was committed is there after Start.
func (s *PostgresServer) Stop() { s.end(syscall.SIGQUIT) }

// Revive starts the server again if it has ended by itself, as it does when it
// cannot write its log.
func (s *PostgresServer) Revive() {
	s.t.Helper()
	if !postmasterReady(s.data, s.process.Pid) {
		s.Stop()
		s.Start()
	}
}

// Start starts the server again after Stop and returns when it has recovered.
func (s *PostgresServer) Start() {
	s.t.Helper()
	if err := s.start(); err != nil {
		s.t.Fatal(err)
	}
}

type postgres struct {
	server
	data string // folder
}

// newPostgres starts a cluster in a folder of the given one, of the workspace
// if that is empty.
func newPostgres(in string) (*postgres, error) {
	bin, err := postgresPrograms()
	if err != nil {
		return nil, err
	}
	owner, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir := ""
	if in == "" {
		dir, err = folder()
	} else {
		dir, err = os.MkdirTemp(in, "server")
	}
	if err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}
	if owner != nil {
		if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
			return nil, fmt.Errorf("starting PostgreSQL: %w", err)
		}
	}
	data := filepath.Join(dir, "data")
	as := func(program string, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(context.Background(), filepath.Join(bin, program), args...)
		cmd.Dir, cmd.Env = dir, []string{"LC_ALL=C", "TZ=UTC"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
		return cmd
	}
	out, err := as("initdb", "-D", data, "-U", "ctihub", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("making a PostgreSQL cluster: %w: %s", err, out)
	}
	s := &postgres{data: data, server: server{
		name: "PostgreSQL", dir: dir, orphan: syscall.SIGQUIT,
		command: func(port int) *exec.Cmd {
			return as("postgres", "-D", data, "-p", strconv.Itoa(port), "-k", dir,
				"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "fsync=on")
		},
		ready: func(_, pid int) bool { return postmasterReady(data, pid) },
	}}
	if err := s.start(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *postgres) dsn(database string) string {
	return fmt.Sprintf("postgres://ctihub@%s/%s?sslmode=disable", s.address(), database)
}

func (s *postgres) execute(sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, sql)
	return err
}

// postmasterReady reads the file in which the postmaster says how far it is:
// its process in the first line, its state in the eighth.
func postmasterReady(data string, pid int) bool {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	lines := strings.Split(string(text), "\n")
	return err == nil && len(lines) >= 8 && lines[0] == strconv.Itoa(pid) && strings.TrimSpace(lines[7]) == "ready"
}

// postgresPrograms returns the folder of the newest installed server.
func postgresPrograms() (string, error) {
	newest, dir := 0, ""
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	for _, f := range found {
		bin := filepath.Dir(f)
		if v, err := strconv.Atoi(filepath.Base(filepath.Dir(bin))); err == nil && v > newest {
			newest, dir = v, bin
		}
	}
	if dir != "" {
		return dir, nil
	}
	if f, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(f), nil
	}
	return "", errors.New("PostgreSQL is not installed, neither in /usr/lib/postgresql nor on the PATH: apt-get install -y postgresql")
}

// unprivileged returns the user for PostgreSQL, which refuses to run as root;
// nil if we are not root.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
}
