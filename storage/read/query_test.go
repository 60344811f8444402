package read

import (
	"encoding/base64"
	"errors"
	"reflect"
	"testing"
	"time"

	"ctihub/leads"
)

func TestStatement(t *testing.T) {
	l := newestFirst("lead_rows", func(r struct{ ID string }) (int64, string) { return 0, r.ID })
	one := stream{from: "leads l", key: "l.opened", id: "l.id", where: []clause{where("l.status = ?", "won")}}
	q := &query{streams: []stream{one}}
	q.equals("l.source", "site")
	q.equals("l.team", "")
	q.inPeriod(leads.Period{Since: time.UnixMicro(5)})
	l.enter(q, place{int64(9), "x"})
	check := func(text string, args []any, want string, values ...any) {
		t.Helper()
		if text != want {
			t.Errorf("%s, want\n%s", text, want)
		}
		if !reflect.DeepEqual(args, values) {
			t.Errorf("%v, want %v", args, values)
		}
	}
	text, args := l.statement(q, place{int64(9), "x"}, nil, 51)
	check(text, args, "SELECT r.id FROM (SELECT l.opened AS k, l.id AS id FROM leads l WHERE l.status = $1 AND l.opened >= $2"+
		" AND CASE WHEN l.source = $3 THEN TRUE ELSE FALSE END AND (l.opened, l.id) < ($4, $5) ORDER BY l.opened DESC, l.id DESC LIMIT 51)"+
		" AS p CROSS JOIN lead_rows r WHERE r.id = p.id ORDER BY p.k DESC, p.id DESC", "won", int64(5), "site", int64(9), "x")

	text, args = l.boundStatement(q, place{int64(9), "x"}, 7)
	check(text, args, "SELECT f.k, f.id FROM (SELECT * FROM (SELECT l.opened AS k, l.id AS id FROM leads l WHERE l.status = $1 AND l.opened >= $2"+
		" AND (l.opened, l.id) < ($3, $4) ORDER BY l.opened DESC, l.id DESC LIMIT 1 OFFSET 7) AS s0) AS f ORDER BY f.k DESC, f.id DESC LIMIT 1",
		"won", int64(5), int64(9), "x")

	q = &query{streams: []stream{one, one.with(where("l.team = ?", "a"))}}
	text, args = l.statement(q, place{int64(9), "x"}, &place{int64(3), "y"}, 2)
	check(text, args, "SELECT r.id FROM (SELECT f.k, f.id FROM (SELECT * FROM (SELECT l.opened AS k, l.id AS id FROM leads l WHERE l.status = $1"+
		" AND l.opened >= $2 AND (l.opened, l.id) >= ($3, $4) AND (l.opened, l.id) < ($5, $6) ORDER BY l.opened DESC, l.id DESC LIMIT 21) AS s0"+
		" UNION SELECT * FROM (SELECT l.opened AS k, l.id AS id FROM leads l WHERE l.status = $7 AND l.team = $8"+
		" AND l.opened >= $9 AND (l.opened, l.id) >= ($10, $11) AND (l.opened, l.id) < ($12, $13) ORDER BY l.opened DESC, l.id DESC LIMIT 21) AS s1)"+
		" AS f ORDER BY f.k DESC, f.id DESC LIMIT 21) AS p CROSS JOIN lead_rows r WHERE r.id = p.id ORDER BY p.k DESC, p.id DESC",
		"won", int64(3), int64(3), "y", int64(9), "x", "won", "a", int64(3), int64(3), "y", int64(9), "x")
	defer func() {
		if recover() == nil {
			t.Error("a condition without its value is taken")
		}
	}()
	(&builder{}).clause(where("l.source = ?"))
}

// Cursors are in the hands of clients: the form stays over versions.
func TestCursors(t *testing.T) {
	cursor := base64.RawURLEncoding.EncodeToString([]byte("1763726400000000\x1fid"))
	if got := encodeCursor(place{int64(1763726400000000), "id"}); got != cursor {
		t.Errorf("%s, want %s", got, cursor)
	}
	if after, err := decodeCursor(cursor, "", leadList.first); after != (place{int64(1763726400000000), "id"}) || err != nil {
		t.Errorf("%v %v", after, err)
	}
	if after, err := decodeCursor(base64.RawURLEncoding.EncodeToString([]byte("anna\x1fid")), "", userList.first); after != (place{"anna", "id"}) || err != nil {
		t.Errorf("%v %v", after, err)
	}
	for _, wrong := range []string{"!", "eA", base64.RawURLEncoding.EncodeToString([]byte("anna\x1fid"))} {
		if _, err := decodeCursor(wrong, "", leadList.first); !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
