package email

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"ctihub/leads"
)

// hubHeader marks the answers of this source, so that they are recognised when they
// bounce or are in the folder of sent mail.
const hubHeader = "X-Ctihub-Hub"

// hubMark is the value of hubHeader: another company's hub has another one.
func (c *connector) hubMark() string {
	if c.set.SMTP == nil {
		return ""
	}
	h := sha256.Sum256([]byte(c.env.Name + "\n" + strings.ToLower(c.set.SMTP.From)))
	return hex.EncodeToString(h[:8])
}

func (c *connector) isOwnReply(o fingerprint) bool {
	m := o.header[strings.ToLower(hubHeader)]
	return m != "" && m == c.hubMark()
}

// maskForeignMark overwrites the mark of another company's hub, which package letter
// would take for ours: mail from another hub is not a loop.
func (c *connector) maskForeignMark(begin []byte, o fingerprint) {
	if o.header[strings.ToLower(hubHeader)] == "" || c.isOwnReply(o) {
		return
	}
	head := begin[:min(int64(len(begin)), o.size)]
	for _, at := range foreignMark.FindAllIndex(head, -1) {
		copy(head[at[0]:at[1]], "X-Otherhub--")
	}
}

// foreignMark is the name of hubHeader at the beginning of a line.
var foreignMark = regexp.MustCompile(`(?mi)^X-Ctihub-Hub`)

// messageID is the one of a reply: made from its id, so that a repetition and
// a copy have the same.
func (c *connector) messageID(reply string) string {
	_, domain, _ := strings.Cut(c.set.SMTP.From, "@")
	return "<" + reply + "@" + domain + ">"
}

var replyID = regexp.MustCompile(`^<([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})@`)

// What a report about a mail says (RFC 3464), which is plain text.
var (
	reportAction = regexp.MustCompile(`(?mi)^Action:[ \t]*([a-z]+)`)
	reportStatus = regexp.MustCompile(`(?mi)^Status:[ \t]*([245]\.\d{1,3}\.\d{1,3})`)
	reportWords  = regexp.MustCompile(`(?mi)^Diagnostic-Code:[ \t]*(?:[a-z0-9-]+;)?[ \t]*([^\r\n]+(?:\r?\n[ \t]+[^\r\n]+)*)`)
)

// reportBounce reports the delivery status in a bounce of one of our answers.
func (c *connector) reportBounce(ctx context.Context, t leads.Touch, o fingerprint) error {
	if t.Automatic != leads.Bounce || c.env.Report.Receipt == nil || c.set.SMTP == nil {
		return nil
	}
	receipt := leads.Receipt{State: leads.ReplyFailed, At: t.At, Reason: "it came back: " + bounceReason(o.body)}
	if m := reportStatus.FindSubmatch(o.body); m != nil {
		receipt.Fault = faultOfStatus(string(m[1]))
	}
	if m := reportAction.FindSubmatch(o.body); m != nil {
		switch strings.ToLower(string(m[1])) {
		case "delayed":
			return nil
		case "delivered", "relayed", "expanded":
			receipt.State, receipt.Reason, receipt.Fault = leads.ReplyDelivered, "", ""
		}
	}
	for _, id := range t.References {
		if m := replyID.FindStringSubmatch(id); m != nil && id == c.messageID(m[1]) {
			receipt.UpstreamID = id
			if err := c.env.Report.Receipt(ctx, receipt); err != nil {
				return fmt.Errorf("storing the delivery status of an answer: %w", err)
			}
		}
	}
	return nil
}

func bounceReason(body []byte) string {
	var why []string
	if m := reportStatus.FindSubmatch(body); m != nil {
		why = append(why, string(m[1]))
	}
	if m := reportWords.FindSubmatch(body); m != nil {
		why = append(why, strings.Join(strings.Fields(string(m[1])), " "))
	}
	if len(why) == 0 {
		return "see the customer's mail server's report"
	}
	s := strings.ToValidUTF8(strings.Join(why, " "), "?")
	return s[:min(len(s), 300)]
}
