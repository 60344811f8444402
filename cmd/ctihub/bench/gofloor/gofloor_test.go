package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// floor is the service on an empty database with the hub's tables.
type floor struct {
	*testing.T
	forms *forms
	url   string
}

func newFloor(t *testing.T) floor {
	t.Helper()
	dsn := storagetest.Postgres(t)
	if _, err := storage.Migrate(t.Context(), storage.Config{Database: dsn}); err != nil {
		t.Fatal(err)
	}
	pool, err := pgxpool.New(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	options, err := redis.ParseURL(storagetest.Redis(t))
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	f := &forms{pool: pool, redis: client, region: "RU"}
	server := httptest.NewServer(f.handler())
	t.Cleanup(server.Close)
	return floor{t, f, server.URL}
}

// post posts a form with a key, empty for none, and returns status and answer.
func post(t *testing.T, url, key, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/in/site", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(answer))
}

// read returns the rows of a query, one text each.
func read(t *testing.T, dsn, query string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	rows, err := conn.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (f floor) rows(query string) []string {
	f.Helper()
	return read(f.T, f.forms.pool.Config().ConnString(), query)
}

// records are the rows of a form without ids, times and what a manager adds.
var records = []string{
	`SELECT concat_ws('|', name, company, main_key, search, version) FROM contacts ORDER BY created`,
	`SELECT concat_ws('|', i.kind, i.value, i.position, c.main_key) FROM identities i JOIN contacts c ON c.id = i.contact_id ORDER BY i.kind, i.value`,
	`SELECT concat_ws('|', c.main_key, l.status, l.source, l.channel, l.subject, l.team, l.repeated, l.refusal, l.utm, l.closed > 0) FROM leads l JOIN contacts c ON c.id = l.contact_id ORDER BY l.opened`,
	`SELECT concat_ws('|', c.main_key, l.closed > 0, to_jsonb(i) - '{id,at,contact_id,lead_id,stored,digest}'::TEXT[], length(i.digest))
	FROM interactions i JOIN contacts c ON c.id = i.contact_id JOIN leads l ON l.id = i.lead_id ORDER BY i.at`,
}

func TestStoresTheRowsOfTheHub(t *testing.T) {
	f := newFloor(t)
	dsn, memory := storagetest.Postgres(t), storagetest.Redis(t)
	hub := hubtest.Start(t, hubtest.Source(t, "site", "webform", "", map[string]any{"per_minute": 0}),
		func(c *config.Config) { c.Database, c.Redis = dsn, memory })
	both := []string{f.url, hub.URL}
	for i, body := range []string{
		`{"name":"Ivan","phone":"8 (916) 123-45-67","message":"price?","utm_source":"bench","utm_medium":"cpc"}`,
		`{"name":"Ivan","phone":"+79161234567","email":" Ivan@Example.COM","message":"and for ten?"}`,
		`{"name":"Иван","email":"ivan@example.com","message":"so?"}`,
		`{"name":"Ольга","email":"Olga@пример.рф","message":"price?"}`,
	} {
		key := fmt.Sprintf("key-%d", i)
		for _, url := range both {
			for range 2 { // the second one is the same post
				if status, answer := post(t, url, key, body); status != http.StatusOK || answer != `{"id":"`+key+`","ok":true}` {
					t.Fatalf("%s answers %d %s", url, status, answer)
				}
			}
		}
	}
	for _, query := range records {
		got, want := f.rows(query), read(t, dsn, query)
		if len(got) == 0 || !slices.Equal(got, want) {
			t.Errorf("stored\n%s\nthe hub\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	for _, url := range both {
		if status, answer := post(t, url, "", `{"name":"Olga","phone":"12","message":"price?"}`); status != http.StatusUnprocessableEntity {
			t.Errorf("%s answers a form without a usable identity %d %s", url, status, answer)
		}
		if status, answer := post(t, url, "", `{"phone":`); status != http.StatusBadRequest {
			t.Errorf("%s answers half a body %d %s", url, status, answer)
		}
	}
}

func TestEventsNameTheRecords(t *testing.T) {
	f := newFloor(t)
	for _, message := range []string{"first", "second"} {
		if status, answer := post(t, f.url, "", `{"phone":"+79161234567","message":"`+message+`"}`); status != http.StatusOK {
			t.Fatal(status, answer)
		}
	}
	got := f.rows(`SELECT e.type || ' ' || i.body FROM events e JOIN interactions i ON i.id = CAST(e.data AS JSON) ->> 'interaction_id'
		AND i.contact_id = CAST(e.data AS JSON) ->> 'contact_id' AND i.lead_id = e.lead_id ORDER BY e.seq`)
	if want := []string{"interaction.created first", "lead.created first", "interaction.created second"}; !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestAClosedLeadIsFollowedByANewOne(t *testing.T) {
	f := newFloor(t)
	const body = `{"phone":"+79161234567","message":"price?"}`
	for _, key := range []string{"one", "two"} {
		if status, answer := post(t, f.url, key, body); status != http.StatusOK {
			t.Fatal(status, answer)
		}
		if _, err := f.forms.pool.Exec(t.Context(), `UPDATE leads SET status = 'won', closed = 1`); err != nil {
			t.Fatal(err)
		}
	}
	post(t, f.url, "two", body) // was stored: it opens no lead
	got := f.rows(`SELECT i.external_id || ' ' || l.repeated FROM leads l LEFT JOIN interactions i ON i.lead_id = l.id ORDER BY l.opened`)
	if want := []string{"one false", "two true"}; !slices.Equal(got, want) {
		t.Errorf("leads %q, want %q", got, want)
	}
}

func TestIdenticalPostsWithoutAKeyAreOne(t *testing.T) {
	f := newFloor(t)
	_, first := post(t, f.url, "", `{"phone":"+79161234567","message":"price?"}`)
	_, second := post(t, f.url, "", `{"phone":"+79161234567","message":"price?"}`)
	_, other := post(t, f.url, "", `{"phone":"+79161234567","message":"prices?"}`)
	if first != second || first == other {
		t.Errorf("ids %s, %s and for another message %s", first, second, other)
	}
	if got := f.rows(`SELECT body FROM interactions ORDER BY at`); !slices.Equal(got, []string{"price?", "prices?"}) {
		t.Errorf("stored %q", got)
	}
}

// Posts of one person at the same time give one contact with one lead, each post once,
// also where the posts share only one of two identities.
func TestUniqueKeysDecideRaces(t *testing.T) {
	f := newFloor(t)
	const persons, posts = 20, 8
	for n := range persons {
		var all sync.WaitGroup
		for i := range posts {
			all.Go(func() {
				email := fmt.Sprintf("p%d-%d@example.com", n, i%2)
				body := fmt.Sprintf(`{"phone":"+7916%07d","email":"%s","message":"price?"}`, 1_000_000+n, email)
				if status, answer := post(t, f.url, fmt.Sprintf("%d-%d", n, i/2), body); status != http.StatusOK {
					t.Errorf("%d %s", status, answer)
				}
			})
		}
		all.Wait()
	}
	for query, want := range map[string]int{
		`SELECT id FROM contacts`:     persons,
		`SELECT id FROM leads`:        persons,
		`SELECT id FROM interactions`: persons * posts / 2,
		`SELECT id FROM events`:       persons*posts/2 + persons,
	} {
		if got := len(f.rows(query)); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
}

func TestRefusesToStartWithoutItsFlags(t *testing.T) {
	complete := []string{"-listen=127.0.0.1:0", "-database=postgres://127.0.0.1:1/none", "-redis=redis://127.0.0.1:1/0"}
	for i, flag := range complete {
		name, _, _ := strings.Cut(flag, "=")
		args := slices.Delete(slices.Clone(complete), i, i+1)
		if err := run(t.Context(), args, io.Discard); err == nil || err.Error() != "missing: "+name {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
