package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/web/api"
)

const (
	soundRoute = "GET /api/v1/recordings/{id}/sound"
	// linkLives is how long a link to a recording can be opened.
	linkLives = 5 * time.Minute
)

var errLink = &problem{status: http.StatusForbidden, code: codeForbidden, title: "This link is not valid (any more)",
	detail: "Open the call and play the recording from there."}

var errNoSound = &problem{status: http.StatusNotFound, code: codeNotFound, title: "The recording is not there",
	detail: "The call's page says why."}

// mayDownload reports whether a viewer may keep a recording.
func mayDownload(v leads.Viewer) bool { return access.Can(v, access.Download) == nil }

// GetRecording returns a recording with its waveform.
func (o operations) GetRecording(ctx context.Context, req api.GetRecordingRequestObject) (api.GetRecordingResponseObject, error) {
	v := viewer(ctx)
	r, err := o.Store.Recording(ctx, v, req.Id)
	if err != nil {
		return nil, err
	}
	peaks := make([]int, len(r.Peaks))
	for i, p := range r.Peaks {
		peaks[i] = int(p)
	}
	return api.GetRecording200JSONResponse{
		Id: r.ID, CallId: r.CallID, State: string(r.State), Seconds: float32(r.Seconds), Channels: r.Channels,
		Peaks: peaks, MayDownload: mayDownload(v),
	}, nil
}

// LinkRecording makes a link with which only the caller can play a recording.
func (o operations) LinkRecording(ctx context.Context, req api.LinkRecordingRequestObject) (api.LinkRecordingResponseObject, error) {
	v := viewer(ctx)
	download := req.Body != nil && req.Body.Download
	if download && !mayDownload(v) {
		return nil, leads.ErrRole
	}
	r, err := o.Store.Recording(ctx, v, req.Id)
	if err != nil {
		return nil, err
	}
	if r.State != leads.RecordingStored {
		return nil, errNoSound
	}
	until := o.Now().Add(linkLives).UTC().Truncate(time.Second)
	q := url.Values{"until": {strconv.FormatInt(until.Unix(), 10)}}
	if download {
		q.Set("download", "1")
		o.Log.Info("recording is downloaded", "id", r.ID, "call", r.CallID, "user", v.UserID)
	}
	q.Set("sign", sign(callerOf(ctx), r.ID, q))
	return api.LinkRecording200JSONResponse{Url: "/api/v1/recordings/" + r.ID + "/sound?" + q.Encode(), Expires: until}, nil
}

// sign signs a link with the secret of the caller's session or token, so that it ends with
// that.
func sign(c *caller, id string, q url.Values) string {
	mac := hmac.New(sha256.New, []byte("recording\x00"+c.session+"\x00"+c.token))
	fmt.Fprintf(mac, "%s\x00%s\x00%s\x00%s", c.user.ID, id, q.Get("until"), q.Get("download"))
	return hex.EncodeToString(mac.Sum(nil))
}

// playRecording serves the sound, whole or in ranges.
func (s *Server) playRecording(w http.ResponseWriter, r *http.Request) {
	id, q := r.PathValue("id"), r.URL.Query()
	until, err := strconv.ParseInt(q.Get("until"), 10, 64)
	if err != nil || s.Now().Unix() >= until || !hmac.Equal([]byte(sign(callerOf(r.Context()), id, q)), []byte(q.Get("sign"))) {
		s.fail(w, r, errLink)
		return
	}
	v := viewer(r.Context())
	if q.Get("download") != "" && !mayDownload(v) {
		s.fail(w, r, leads.ErrRole)
		return
	}
	found, err := s.Store.Recording(r.Context(), v, id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if found.State != leads.RecordingStored {
		s.fail(w, r, errNoSound)
		return
	}
	sound, err := s.Sounds.Open(r.Context(), found.Key)
	if errors.Is(err, fs.ErrNotExist) {
		err = errNoSound
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer func() { _ = sound.Close() }()
	h := w.Header()
	h.Set("Content-Type", found.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	if q.Get("download") != "" {
		h.Set("Content-Disposition", `attachment; filename="`+found.Called.UTC().Format("2006-01-02-150405")+path.Ext(found.Key)+`"`)
	}
	http.ServeContent(w, r, "", time.Time{}, sound)
}
