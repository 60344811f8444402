package web

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/web/api"
)

// sounds are recordings in memory.
type sounds map[string]string

type sound struct{ *strings.Reader }

func (sound) Close() error { return nil }

func (s sounds) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	content, ok := s[key]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return sound{strings.NewReader(content)}, nil
}

const (
	soundKey = "2026/11/x.wav"
	canary   = "RIFF----the customer's voice"
)

// recorded is a hub with one call of Ole's that was recorded.
func recorded(t *testing.T, now func() time.Time) (h *hub, id string) {
	h = sqliteHub(t, func(o *Options) { o.Now = now })
	return h, h.record(h.serve("ole", canaryPhone, canaryEmail, canaryName))
}

// record makes another call like that of the customer, recorded.
func (h *hub) record(r records) (id string) {
	t := h.t
	t.Helper()
	boss := leads.Viewer{UserID: h.users["sue"].ID, Role: leads.RoleSupervisor}
	call, err := h.store.Call(t.Context(), boss, r.call)
	if err != nil {
		t.Fatal(err)
	}
	next := call.Call
	next.Linkedid, next.Recorded = "recorded", []leads.RecordedFile{{File: "/spool/" + canaryPhone + ".wav", Channel: "c1"}}
	h.put(leads.Touch{ExternalID: "recorded", Channel: leads.ChannelCall, Direction: leads.In, From: []leads.Identity{{Kind: leads.KindPhone, Value: canaryPhone}}, Call: &next})
	calls, err := h.store.Calls(t.Context(), boss, leads.CallFilter{Linkedid: "recorded"}, leads.Page{Limit: 1})
	if err != nil || len(calls.Items) != 1 || len(calls.Items[0].Recordings) != 1 {
		t.Fatalf("calls %+v, %v", calls, err)
	}
	rec := calls.Items[0].Recordings[0]
	if rec.State != leads.RecordingWaiting || rec.Leg != call.Legs[0].Extension {
		t.Errorf("the recording is %+v", rec)
	}
	err = h.store.FinishRecording(t.Context(), leads.FetchedRecording{
		ID: rec.ID, State: leads.RecordingStored, Key: soundKey, Type: "audio/wav", Size: int64(len(canary)), Seconds: 12.5, Channels: 1, Peaks: []byte{0, 255, 7},
	})
	if err != nil {
		t.Fatal(err)
	}
	return rec.ID
}

func TestRecordingIsHeardByWhoeverSeesTheCall(t *testing.T) {
	h, id := recorded(t, time.Now)
	for _, login := range []string{"ole", "sue", "root"} {
		c := h.as(login)
		var detail api.RecordingDetail
		c.get("/api/v1/recordings/"+id, &detail)
		if detail.Seconds != 12.5 || len(detail.Peaks) != 3 || detail.Peaks[1] != 255 || detail.MayDownload != (login != "ole") {
			t.Errorf("%s sees %+v", login, detail)
		}
		var link api.RecordingLink
		c.send(http.MethodPost, "/api/v1/recordings/"+id+"/link", "", &link)
		res := c.do(http.MethodGet, link.Url, "", func(r *http.Request) { r.Header.Set("Range", "bytes=8-12") })
		part, _ := io.ReadAll(res.Body)
		if res.StatusCode != http.StatusPartialContent || string(part) != "the c" || res.Header.Get("Content-Type") != "audio/wav" {
			t.Errorf("%s gets %s %q", login, res.Status, part)
		}
	}
	for _, login := range []string{"ada", "max"} {
		h.as(login).refused(http.StatusNotFound, http.MethodGet, "/api/v1/recordings/"+id, "")
		h.as(login).refused(http.StatusNotFound, http.MethodPost, "/api/v1/recordings/"+id+"/link", "{}")
	}
	h.as("ole").refused(http.StatusForbidden, http.MethodPost, "/api/v1/recordings/"+id+"/link", `{"download":true}`)
	var link api.RecordingLink
	h.as("sue").send(http.MethodPost, "/api/v1/recordings/"+id+"/link", `{"download":true}`, &link)
	res := h.as("sue").do(http.MethodGet, link.Url, "")
	if d := res.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment;") || strings.Contains(d, canaryPhone) {
		t.Errorf("Content-Disposition %q", d)
	}
}

func TestRecordingLinkIsForOneForFiveMinutes(t *testing.T) {
	var shift atomic.Int64
	h, id := recorded(t, func() time.Time { return time.Now().Add(time.Duration(shift.Load())) })
	ole := h.browser().signIn("ole")
	var link api.RecordingLink
	ole.send(http.MethodPost, "/api/v1/recordings/"+id+"/link", "{}", &link)
	if res := ole.do(http.MethodGet, link.Url, ""); res.StatusCode != http.StatusOK {
		t.Fatalf("the link answers %s", res.Status)
	}
	forbidden := func(what string, c *client, url string) {
		t.Helper()
		res := c.do(http.MethodGet, url, "")
		b, _ := io.ReadAll(res.Body)
		if res.StatusCode != http.StatusForbidden || strings.Contains(string(b), canary) {
			t.Errorf("%s: %s %.40s", what, res.Status, b)
		}
	}
	forbidden("another session of the same user", h.browser().signIn("ole"), link.Url)
	forbidden("a supervisor", h.browser().signIn("sue"), link.Url)
	forbidden("the user's own token", h.as("ole"), link.Url)
	forbidden("nobody", h.as(""), link.Url)
	forbidden("a later end", ole, strings.Replace(link.Url, "until=1", "until=2", 1))
	forbidden("turned into a download", ole, link.Url+"&download=1")
	forbidden("another recording", ole, strings.Replace(link.Url, id, "other", 1))
	forbidden("no signature", ole, "/api/v1/recordings/"+id+"/sound")
	shift.Store(int64(linkLives + time.Second))
	forbidden("expired", ole, link.Url)
	shift.Store(0)
	ole.send(http.MethodDelete, "/api/v1/session", "", nil)
	forbidden("after signing out", ole, link.Url)
	if strings.Contains(h.log.String(), canaryPhone) {
		t.Error("the log holds the customer's number")
	}
}
