package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"ctihub/config"
	"ctihub/storage"
	"ctihub/web"
)

const (
	// awaitEvery is the pause between attempts to reach the database.
	awaitEvery = time.Second
	// awaitLogged is the pause between log lines while the hub waits.
	awaitLogged = 15 * time.Second
)

// AwaitDatabase returns when PostgreSQL answers. Until then the hub answers
// /healthz, and 503 to everything else. A permanent error, such as a wrong
// password or an unknown database, is returned at once.
func AwaitDatabase(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	if cfg.Database == "" {
		return nil
	}
	began := time.Now()
	err := storage.Reach(ctx, cfg.Database)
	if !errors.Is(err, storage.ErrAway) {
		return err
	}
	l, lerr := listen(ctx, cfg)
	if lerr != nil {
		return lerr
	}
	front := &http.Server{Handler: http.HandlerFunc(answerNotReady), ReadTimeout: stopGrace, WriteTimeout: stopGrace, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	go func() { _ = front.Serve(l) }()
	defer front.Close()
	name := databaseName(cfg.Database)
	var logged time.Time
	for ; errors.Is(err, storage.ErrAway); err = storage.Reach(ctx, cfg.Database) {
		if time.Since(logged) >= awaitLogged {
			logged = time.Now()
			log.WarnContext(ctx, "waiting for PostgreSQL", "database", name, "for", time.Since(began).Round(time.Second), "address", l.Addr().String(), "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(awaitEvery):
		}
	}
	if err == nil {
		log.InfoContext(ctx, "PostgreSQL answers", "database", name, "after", time.Since(began).Round(time.Second))
	}
	return err
}

// answerNotReady answers requests while the database cannot be reached.
func answerNotReady(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/healthz" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
		return
	}
	web.NotReady().Answer(w)
}

// databaseName is the address without user and password.
func databaseName(address string) string {
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return "?"
	}
	return fmt.Sprintf("%s:%d/%s", c.Host, c.Port, c.Database)
}

// listen opens the hub's listening socket.
func listen(ctx context.Context, cfg config.Config) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w; is another hub running? Choose another address with the key \"listen\"", cfg.Listen, err)
	}
	return l, nil
}
