// Command gofloor is the service that a company would write for its web forms instead
// of the hub: POST /in/site, one command to Redis and one statement to PostgreSQL for
// each form. "make bench" compares the hub with it. It keeps its data in the hub's own
// tables. It chooses no manager, suggests no merges, has no quarantine, no live feed
// and no sinks.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "gofloor:", err)
		os.Exit(1)
	}
}

// run serves forms until ctx ends.
func run(ctx context.Context, args []string, usage io.Writer) error {
	flags := flag.NewFlagSet("gofloor", flag.ContinueOnError)
	flags.SetOutput(usage)
	listen := flags.String("listen", "", "address to listen on, such as 127.0.0.1:8080")
	database := flags.String("database", "", "URL of a PostgreSQL database with the hub's tables")
	memory := flags.String("redis", "", "URL of Redis")
	region := flags.String("region", "RU", "region of national phone numbers")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var missing []string
	for _, name := range []string{"listen", "database", "redis"} {
		if flags.Lookup(name).Value.String() == "" {
			missing = append(missing, "-"+name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("missing: %s", strings.Join(missing, ", "))
	}

	settings, err := pgxpool.ParseConfig(*database)
	if err != nil {
		return err
	}
	settings.MaxConns = 16 // of 4, 8, 16 and 32 the fastest on two cores: commits share syncs of the log
	pool, err := pgxpool.NewWithConfig(ctx, settings)
	if err != nil {
		return err
	}
	defer pool.Close()
	options, err := redis.ParseURL(*memory)
	if err != nil {
		return err
	}
	client := redis.NewClient(options)
	defer func() { _ = client.Close() }()

	f := &forms{pool: pool, redis: client, region: *region}
	server := &http.Server{Addr: *listen, Handler: f.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *listen)
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return err
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
