package bench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// process is a process, or a group of them, whose CPU time is measured.
type process struct {
	name string
	used func() time.Duration
}

// processStat is what /proc/PID/stat tells of a process.
type processStat struct {
	parent        int
	own, children time.Duration // CPU time; of children those that have ended
}

func readProcessStat(pid int) (s processStat, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var n [5]int // parent, utime, stime, cutime and cstime, in hundredths of a second
	for i, at := range []int{1, 11, 12, 13, 14} {
		if n[i], err = strconv.Atoi(fields[at]); err != nil {
			return s, err
		}
	}
	const tick = 10 * time.Millisecond
	return processStat{n[0], time.Duration(n[1]+n[2]) * tick, time.Duration(n[3]+n[4]) * tick}, nil
}

// processorTime is the CPU time that a process has used.
func processorTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	s, err := readProcessStat(pid)
	if err != nil {
		b.Fatal(err)
	}
	return s.own
}

// postgresProcesses are the postmaster of a connection's server with all its children,
// those that have ended too.
func postgresProcesses(b *testing.B, conn *sql.DB) process {
	b.Helper()
	var backend int
	if err := conn.QueryRowContext(b.Context(), "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		b.Fatal(err)
	}
	stat, err := readProcessStat(backend)
	if err != nil {
		b.Fatal(err)
	}
	postmaster := stat.parent
	return process{"PostgreSQL", func() time.Duration {
		s, err := readProcessStat(postmaster)
		if err != nil {
			b.Fatal(err)
		}
		sum := s.own + s.children
		all, err := filepath.Glob("/proc/[0-9]*")
		if err != nil {
			b.Fatal(err)
		}
		for _, dir := range all {
			pid, _ := strconv.Atoi(filepath.Base(dir))
			if s, err := readProcessStat(pid); err == nil && s.parent == postmaster { // an error: it has ended
				sum += s.own
			}
		}
		return sum
	}}
}

// redisProcess is the server of a URL.
func redisProcess(b *testing.B, url string) process {
	b.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		b.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	info, err := client.Info(context.Background(), "server").Result()
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(info, "process_id:")
	pid, err := strconv.Atoi(strings.Fields(rest + " x")[0])
	if err != nil {
		b.Fatal(err)
	}
	return process{"Redis", func() time.Duration { return processorTime(b, pid) }}
}

// thisProcess is the process of the benchmark.
func thisProcess(b *testing.B) process {
	return process{"writer", func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}}
}
