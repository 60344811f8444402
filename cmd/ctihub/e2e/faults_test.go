package e2e

import (
	"database/sql"
	"net/http"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/storage/storagetest"
)

// PostgreSQL crashes and is locked while forms come in.
func TestTorturePostgres(t *testing.T) {
	t.Parallel()
	pg, redis := storagetest.StartPostgres(t), storagetest.StartRedis(t)
	w := startTraffic(t, hubtest.Start(t, func(c *config.Config) { c.Database, c.Redis = pg.DSN(), redis.URL() }, site(t)))

	pg.Stop()
	w.awaitRefusing("PostgreSQL crashed")
	w.awaitReadyz(http.StatusServiceUnavailable, "PostgreSQL crashed")
	pg.Start()
	w.awaitAccepting("PostgreSQL came back")

	unlock := lockTables(t, pg.DSN())
	w.awaitRefusing("the tables were locked")
	unlock()
	w.awaitAccepting("the lock was released")
	w.end()
}

// Redis is killed, flushed all the time, paused and frozen: no form is refused because
// of it.
func TestTortureRedis(t *testing.T) {
	t.Parallel()
	dsn, redis := storagetest.Postgres(t), storagetest.StartRedis(t)
	shared := func(c *config.Config) { c.Database, c.Redis = dsn, redis.URL() }
	w := startTraffic(t, hubtest.Start(t, shared, site(t)), hubtest.Start(t, shared, site(t)))
	for began, all := time.Now(), faultTime(t, 2*time.Second); time.Since(began) < all; {
		redis.Flush()
		time.Sleep(min(5*time.Second, all/4)) // forms come meanwhile
	}
	w.awaitProgress("Redis was emptied again and again", false)
	redis.Pause(faultTime(t, 2*time.Second))
	w.awaitProgress("Redis paused", false)
	redis.Freeze()
	w.awaitProgress("Redis was frozen", false)
	redis.Thaw()
	redis.Kill()
	w.awaitProgress("Redis was dead", false)
	redis.Start()
	w.end()
	if n := w.refused.Load(); n > 0 {
		t.Errorf("%d forms were refused, for Redis", n)
	}
}

// lockTables locks the interactions until unlock. In a deadlock the hub's transaction
// is aborted, and the hub retries it.
func lockTables(t *testing.T, dsn string) (unlock func()) {
	t.Helper()
	return transaction(t, "pgx", dsn, "SET LOCAL deadlock_timeout = '10s'", "LOCK TABLE interactions, contacts IN ACCESS EXCLUSIVE MODE")
}

// lockFile locks a SQLite file for writing until unlock.
func lockFile(t *testing.T, path string) (unlock func()) {
	t.Helper()
	return transaction(t, "sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(5000)")
}

// transaction begins a transaction with these statements; release rolls it back.
func transaction(t *testing.T, driver, dsn string, statements ...string) (release func()) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := tx.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
}
