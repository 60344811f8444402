package storagetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// The S3 server of the tests: versitygw, which keeps buckets as folders.
const (
	s3Module  = "github.com/versity/versitygw/cmd/versitygw"
	s3Version = "v1.8.0"
)

// S3Bucket is an empty bucket of a real S3 server that belongs to one test.
type S3Bucket struct {
	Endpoint, Bucket, AccessKey, SecretKey string
	Dir                                    string // where the server keeps the bucket's objects as files
}

// S3 starts the server; it ends with the test.
func S3(t testing.TB) S3Bucket {
	t.Helper()
	program, err := s3Program(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir, err := folder()
	if err != nil {
		t.Fatal(err)
	}
	b := S3Bucket{Bucket: "calls", AccessKey: "hub", SecretKey: rand.Text(), Dir: filepath.Join(dir, "calls")}
	if err := os.Mkdir(b.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := server{name: "versitygw", dir: dir, orphan: syscall.SIGKILL,
		command: func(port int) *exec.Cmd {
			cmd := exec.CommandContext(context.Background(), program, "--quiet", "--access", b.AccessKey, "--secret", b.SecretKey,
				"--port", "127.0.0.1:"+strconv.Itoa(port), "posix", dir)
			cmd.SysProcAttr = &syscall.SysProcAttr{}
			return cmd
		},
		ready: func(port, _ int) bool { // no other server has the secret
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			c, err := minio.New("127.0.0.1:"+strconv.Itoa(port), &minio.Options{Creds: credentials.NewStaticV4(b.AccessKey, b.SecretKey, ""), Region: "us-east-1", MaxRetries: 1})
			if err != nil {
				return false
			}
			found, err := c.BucketExists(ctx, b.Bucket)
			return err == nil && found
		},
	}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.end(syscall.SIGKILL)
		_ = os.RemoveAll(dir)
	})
	b.Endpoint = "http://127.0.0.1:" + strconv.Itoa(s.port)
	return b
}

// s3Program returns the path of the server, built into the cache if need be.
func s3Program(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(cache, "ctihub", "bin", "versitygw-"+s3Version)
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return "", err
	}
	lock, err := os.Create(filepath.Join(bin, "lock"))
	if err != nil {
		return "", err
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	program := filepath.Join(bin, "versitygw")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	cmd := exec.CommandContext(ctx, "go", "install", s3Module+"@"+s3Version)
	cmd.Dir, cmd.Env = bin, append(os.Environ(), "GOBIN="+bin, "CGO_ENABLED=0", "GOFLAGS=")
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the S3 server of the tests: %w\n%s", err, said)
	}
	return program, nil
}
