package read

import (
	"encoding/base64"
	"errors"
	"reflect"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

func TestStatement(t *testing.T) {
	q := newQuery()
	q.startFromTable("leads", "l", "l.contact_id = ?", "c1")
	q.equals("r.status", "won")
	q.equals("r.source", "")
	q.inPeriod("opened", time.UnixMicro(5), time.Time{})
	l := newestFirst("lead_rows", "opened", func(r struct{ ID string }) (int64, string) { return 0, r.ID })
	text, args := l.statement(q, int64(9), "x", 51)
	if want := "SELECT r.id FROM leads l CROSS JOIN lead_rows r WHERE r.id = l.id AND l.contact_id = $1 AND CASE WHEN r.status = $2 THEN TRUE ELSE FALSE END" +
		" AND l.opened >= $3 AND (l.opened, l.id) < ($4, $5) ORDER BY l.opened DESC, l.id DESC LIMIT $6"; text != want {
		t.Errorf("%s, want\n%s", text, want)
	}
	if want := []any{"c1", "won", int64(5), int64(9), "x", 51}; !reflect.DeepEqual(args, want) {
		t.Errorf("%v, want %v", args, want)
	}
	defer func() {
		if recover() == nil {
			t.Error("a condition without its value is taken")
		}
	}()
	q.and("r.source = ?")
}

// Cursors are in the hands of clients: the form stays over versions.
func TestCursors(t *testing.T) {
	cursor := base64.RawURLEncoding.EncodeToString([]byte("1763726400000000\x1fid"))
	if got := leadList.encodeCursor(db.LeadRow{Opened: 1763726400000000, ID: "id"}); got != cursor {
		t.Errorf("%s, want %s", got, cursor)
	}
	if key, id, err := leadList.decodeCursor(cursor); key != int64(1763726400000000) || id != "id" || err != nil {
		t.Errorf("%v %s %v", key, id, err)
	}
	if key, id, err := userList.decodeCursor(base64.RawURLEncoding.EncodeToString([]byte("anna\x1fid"))); key != "anna" || id != "id" || err != nil {
		t.Errorf("%v %s %v", key, id, err)
	}
	for _, wrong := range []string{"!", "eA", base64.RawURLEncoding.EncodeToString([]byte("anna\x1fid"))} {
		if _, _, err := leadList.decodeCursor(wrong); !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
