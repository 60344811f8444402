package webform

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"ctihub/connectors/vendors/posted"
	"ctihub/leads"
)

// fromBrowser reports whether a browser sent the post: then a person reads the answer
// and can correct the input. Browsers send Origin or Sec-Fetch-Site
// with every form, their scripts X-Requested-With, and older ones ask for HTML;
// programs do none of it. Sec-Fetch-Mode says nothing: Node.js sends it too.
func (a *answer) fromBrowser() bool {
	h := a.r.Header
	return h.Get("Origin") != "" || h.Get("Sec-Fetch-Site") != "" || h.Get("X-Requested-With") != "" ||
		strings.Contains(h.Get("Accept"), "text/html")
}

// maxRequests bounds how many requests one post may hold.
const maxRequests = 100

// request is one of the requests that a post holds.
type request struct {
	touch  leads.Touch
	faults []fault
	now    bool // they want to be called at once
}

// accept stores a post, or answers what is wrong with it. A program's post is stored
// in either case, because no person would correct it.
func (f *form) accept(a *answer, in leads.Inbox, s sent, up *uploads) {
	var all []request
	var faults []fault
	posts := posted.Posts(s.tree)
	if len(posts) > maxRequests {
		f.unreadable(a, in, s, errTooLarge)
		return
	}
	f.count(a.r.RemoteAddr, f.now(), len(posts)-1)
	for i, post := range posts {
		fields := s.fields
		if len(posts) > 1 || post.Kind != posted.Object { // it is not the whole
			fields = posted.Fields(post)
		}
		one, err := f.request(a, fields, s, up, i, len(posts))
		if err != nil {
			a.problem(http.StatusForbidden, "proof", "Fetch a challenge, and send the form again with its solution", nil)
			return
		}
		if len(one.faults) > 0 {
			nothing := !slices.ContainsFunc(fields, func(in posted.Field) bool { return strings.TrimSpace(in.Value) != "" }) && len(s.files) == 0
			if a.fromBrowser() || nothing && len(posts) == 1 {
				a.problem(http.StatusUnprocessableEntity, "invalid", "The form is not filled in correctly", one.faults)
				return
			}
			faults = append(faults, one.faults...)
		}
		all = append(all, one)
	}
	f.put(a, in, all, faults, up)
}

// request reads one request; the error refuses the whole post.
func (f *form) request(a *answer, fields []posted.Field, s sent, up *uploads, i, of int) (one request, refused error) {
	var files []file
	if i == 0 {
		files = s.files
	}
	p := f.read(fields, files)
	if p.utm["page"] == "" {
		p.address("page", a.r.Referer())
	}
	p.tags()
	a.say = f.textsFor(p.lang, a.r.Header.Get("Accept-Language"))
	content := digest(fields, files)
	sum := hex.EncodeToString(content.Sum(nil))
	key := strings.Trim(strings.TrimSpace(a.r.Header.Get("Idempotency-Key")), `"`)
	id := f.id(key, p.key, a.r.RemoteAddr, content)
	if i > 0 && key+p.key != "" {
		id += fmt.Sprintf("-%d", i+1)
	}
	t := f.touch(p, id, a.r.RemoteAddr, s.raw)
	t.Digest = sum
	unproven, refused := f.proofMissing(f.checkProof(p.proof, id))
	if refused != nil {
		return one, refused
	}
	if t.Suspect == "" && unproven != "" {
		t.Suspect, t.Cause, t.Facts, t.Raw = unproven, leads.CauseSpamProof, nil, ""
	}
	if t.Suspect == "" {
		one.faults = slices.Concat(f.faults(p, a.say), f.consentFaults(p, a.say), f.callbackFaults(p, a.say))
		if i == 0 {
			one.faults = slices.Concat(one.faults, up.faults(a.say))
		}
	}
	t.CallBack, one.now, _ = f.callbackWish(p) // what is wrong with it is a fault
	if len(one.faults) > 0 {
		if i == 0 {
			t.Text = strings.TrimSpace(t.Text + "\n\n" + strings.Join(up.omittedNames(), "\n"))
		}
		if key+p.key == "" {
			t.ExternalID = f.dailyKey("refused", sum)
		}
		t.Refused = "the form is not filled in correctly: " + one.faults[0].Field + ": " + one.faults[0].Message
	}
	one.touch = t
	return one, nil
}

// dailyKey returns the key of a refused content: repetitions are stored once a day.
func (f *form) dailyKey(what, sum string) string {
	return what + "-" + f.now().In(f.zone).Format(time.DateOnly) + "-" + sum
}

// put stores the requests, with their files, and answers.
func (f *form) put(a *answer, in leads.Inbox, all []request, faults []fault, up *uploads) {
	ctx := a.r.Context()
	var err error
	if all[0].touch.Attachments, err = up.keep(ctx, f.files, all[0].touch.ExternalID); err == nil {
		touches := make([]leads.Touch, len(all))
		for i, one := range all {
			touches[i] = one.touch
		}
		err = f.store(ctx, in, touches...)
	}
	switch {
	case errors.Is(err, leads.ErrKeyReused):
		a.detailed(http.StatusConflict, "key_reused", "The Idempotency-Key was used before with other content", a.say.KeyReused, nil)
	case err != nil:
		f.log.Warn("form not stored", "error", err)
		a.unavailable()
	case len(faults) > 0:
		a.detailed(http.StatusUnprocessableEntity, "invalid", "The form is not filled in correctly", strings.TrimRight(faults[0].Message, ".")+". "+a.say.Kept, faults)
	default:
		var c *called
		for i, one := range all {
			if placed := f.call(ctx, a.r.RemoteAddr, one.touch, one.now); i == 0 {
				c = placed
			}
		}
		a.stored(all[0].touch.ExternalID, c)
	}
}

// unreadable answers a post that cannot be read. A program's is stored as it came.
func (f *form) unreadable(a *answer, in leads.Inbox, s sent, why error) {
	status, title := http.StatusBadRequest, "The body cannot be read"
	switch {
	case errors.Is(why, errType):
		a.w.Header().Set("Accept-Post", "application/json, application/x-www-form-urlencoded, multipart/form-data")
		status, title = http.StatusUnsupportedMediaType, "Send JSON or a form"
	case errors.Is(why, errTooLarge):
		status, title = http.StatusRequestEntityTooLarge, "The form is too large"
	}
	body := strings.TrimSpace(strings.ToValidUTF8(s.raw, "\ufffd"))
	if a.fromBrowser() || body == "" || strings.ContainsRune(body, 0) {
		a.problem(status, "invalid", title, nil)
		return
	}
	sum := hex.EncodeToString(hashOf(body))
	err := f.store(a.r.Context(), in, leads.Touch{
		ExternalID: f.dailyKey("unread", sum), Digest: sum, Channel: leads.ChannelForm, Direction: leads.In, At: f.now(), To: f.name,
		Text: body, Raw: body, Refused: "the form cannot be read: " + why.Error(), Cause: leads.CauseUnreadable,
	})
	if err != nil {
		f.log.Warn("unreadable form not kept", "error", err)
		a.unavailable()
		return
	}
	a.detailed(status, "invalid", title, a.say.Kept, nil)
}
