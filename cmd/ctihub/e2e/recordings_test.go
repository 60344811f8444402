package e2e

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage/storagetest"
	"ctihub/web/api"
)

// A real call is recorded by MixMonitor; a few seconds after its end the recording is
// stored, in a folder or in a bucket of a real S3 server. The operator who talked can
// play it, others cannot. If the dialplan does not record, the hub does.
func TestRealCallIsRecordedAndHeard(t *testing.T) {
	pbx := asterisktest.Start(t)
	monitor := filepath.Join(pbx.Dir(), "spool", "monitor")
	s3 := storagetest.S3(t)
	for name, kept := range map[string]struct {
		dials    string
		settings map[string]any
		there    string
		set      func(*config.Config)
	}{
		"folder": {"7005", map[string]any{"recordings": monitor}, "", func(*config.Config) {}},
		"snoop":  {"7001", map[string]any{"record": true}, "", func(*config.Config) {}},
		"bucket": {"7005", map[string]any{"recordings": monitor}, s3.Dir, func(c *config.Config) {
			c.Recordings.S3 = config.S3{Endpoint: s3.Endpoint, Bucket: s3.Bucket, AccessKey: s3.AccessKey, SecretKey: s3.SecretKey}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			pbx := pbx.For(t)
			address, user, secret := pbx.ARI()
			settings := map[string]any{"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}}
			maps.Copy(settings, kept.settings)
			h := hubtest.Start(t, kept.set, hubtest.Source(t, "pbx", "asterisk", "", settings))
			_, anna := h.Person("anna", "Анна Орлова", leads.RoleOperator, "100")
			_, boris := h.Person("boris", "Борис Титов", leads.RoleOperator, "101")
			_, chief := h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
			h.Connected("pbx")
			heard := h.Events(anna, leads.EventCallRecorded)
			phone := pbx.Phone("100", 0, time.Second)
			call := pbx.Call("79161234567", kept.dials)
			asterisktest.Next(t, phone.Rings())
			asterisktest.Wait(t, "the answer", call.Answered())
			if err := call.Speak(); err != nil {
				t.Fatal(err)
			}
			e := hubtest.Await(t, heard, "the recording", func(hubtest.Received) bool { return true })
			if len(e.Call.Recordings) != 1 || e.Call.Recordings[0].State != leads.RecordingStored {
				t.Fatalf("recordings %+v", e.Call.Recordings)
			}
			rec := e.Call.Recordings[0]
			if rec.Seconds < 0.5 || rec.Seconds > 5 || rec.Channels != 1 {
				t.Errorf("%v s on %d channels of a call of about a second", rec.Seconds, rec.Channels)
			}
			status, body := h.Request(http.MethodPost, anna, "/api/v1/recordings/"+rec.ID+"/link", map[string]bool{})
			var link api.RecordingLink
			if err := json.Unmarshal(body, &link); err != nil || status != http.StatusOK {
				t.Fatalf("%d %s: %v", status, body, err)
			}
			status, sound := h.Request(http.MethodGet, anna, link.Url, nil)
			if status != http.StatusOK || !bytes.HasPrefix(sound, []byte("RIFF")) || int64(len(sound)) != rec.Size {
				t.Errorf("%d, %d bytes of %d", status, len(sound), rec.Size)
			}
			if status, _ := h.Request(http.MethodGet, boris, link.Url, nil); status != http.StatusForbidden {
				t.Errorf("Boris gets %d for Anna's link", status)
			}
			if calls := hubtest.List[leads.CallRecord](h, chief, "/api/v1/calls", nil); len(calls) != 1 {
				t.Errorf("%d calls in the log, want 1", len(calls))
			}
			b := hubtest.NewBrowser(t)
			b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/calls"})
			b.Do("click", "anna", map[string]any{"selector": "[data-call] .sound-open"})
			b.Do("wait", "anna", map[string]any{"selector": ".player [data-at]:not([data-at='0.0'])"})
			if shots := os.Getenv("CTIHUB_SHOTS"); shots != "" {
				b.Do("shot", "anna", map[string]any{"file": filepath.Join(shots, "recording-"+name+".png")})
			}
			if kept.there != "" && countFiles(t, kept.there) == 0 {
				t.Error("the bucket is empty")
			}
		})
	}
}

func countFiles(t *testing.T, dir string) (n int) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
