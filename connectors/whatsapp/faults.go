package whatsapp

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ctihub/leads"
)

// fault is an error as Meta writes it, in answers and in webhooks. Its code
// decides (developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes);
// titles change, and messages may hold personal data.
type fault struct {
	Code    text `json:"code"`
	Title   text `json:"title"`
	Message text `json:"message"`
	Data    struct {
		Details text `json:"details"`
	} `json:"error_data"`
}

// windowClosed is the answer to writing more than 24 hours after the customer.
const windowClosed = "the customer last wrote more than 24 hours ago: WhatsApp only lets approved templates through"

// known are the codes that a person can resolve.
var known = map[text]string{
	"10":     "the access token lacks the permission whatsapp_business_messaging",
	"33":     "WhatsApp does not know this phone number id (any more); check phone_number_id",
	"100":    "WhatsApp does not know something that the request names, or takes the recipient's number for invalid",
	"131005": "the access token lacks the permission whatsapp_business_messaging",
	"190":    "the access token has expired or was withdrawn; make a new one and put it into access_token",
	"0":      "the access token has expired or was withdrawn; make a new one and put it into access_token",
	"368":    "WhatsApp has blocked this business account for a breach of its rules; see WhatsApp Manager",
	"130472": "WhatsApp did not deliver it: the customer is part of an experiment of Meta",
	"130497": "WhatsApp does not let this business write to the customer's country",
	"131008": "WhatsApp takes the message for incomplete",
	"131009": "WhatsApp takes the message or the recipient's number for invalid",
	"131021": "the recipient is the sender's own number",
	"131026": "WhatsApp cannot deliver it: the number has no WhatsApp, or one that is too old, or has blocked this business",
	"131030": "the number is not on the test number's list of recipients; add it in the app dashboard",
	"131031": "WhatsApp has locked this business account; see WhatsApp Manager",
	"131037": "the number's display name is not approved yet; see WhatsApp Manager",
	"131042": "WhatsApp wants to be paid first: the account's means of payment is missing or refused",
	"131045": "the number is not registered with the Cloud API; register it in the app dashboard",
	"131047": windowClosed,
	"131048": "WhatsApp holds back this number's messages, because too many people have blocked or reported it",
	"131049": "WhatsApp did not deliver it, so that the customer gets fewer advertisements",
	"131050": "the customer does not want advertisements from this business",
	"131051": "WhatsApp does not carry this kind of message",
	"131052": "WhatsApp could not fetch the file",
	"131053": "WhatsApp does not take this file: its type or its content is not supported",
	"132000": "the template has another number of places than one",
	"132001": "there is no approved template of this name and language; check template and template_language",
	"132005": "the text is too long for the template",
	"132007": "the text breaks the rules for templates",
	"132012": "the template has other places than a text in its body",
	"132015": "WhatsApp has paused the template, because customers disliked it",
	"132016": "WhatsApp has disabled the template for good",
	"133010": "the number is not registered with the Cloud API; register it in the app dashboard",
}

// busy are the codes of rate limiting.
var busy = map[text]time.Duration{
	"4": time.Minute, "80007": time.Minute, "130429": 10 * time.Second,
	"131056": 10 * time.Second, // too many to this one customer
	"131057": 5 * time.Minute,  // the number is in maintenance
	"133016": time.Hour,
}

// faults are the codes that say more than that WhatsApp refuses the message.
var faults = map[text]leads.ReplyFault{
	"130472": leads.FaultUndelivered, "131021": leads.FaultNoAddress, "131026": leads.FaultNoAddress, "131030": leads.FaultSetup, "131047": leads.FaultWindow,
	"131049": leads.FaultUndelivered, "131050": leads.FaultBlocked, "131053": leads.FaultFileKind, "132000": leads.FaultSetup, "132005": leads.FaultTemplateOnly,
	"132012": leads.FaultSetup, "132015": leads.FaultSetup, "132016": leads.FaultSetup,
}

// replyFault returns the code of the reason why WhatsApp did not take or deliver a
// message.
func (f fault) replyFault() (leads.ReplyFault, int64) {
	is := cmp.Or(faults[f.Code], leads.FaultRefused)
	switch {
	case f.isSetupFault():
		is = leads.FaultSetup
	case is == leads.FaultWindow:
		return is, int64(window / time.Hour)
	case is == leads.FaultTemplateOnly:
		return is, maxTemplate
	}
	return is, 0
}

// setupCodes concern every message: an administrator must act.
var setupCodes = map[text]bool{
	"0": true, "10": true, "33": true, "190": true, "368": true, "131005": true, "131031": true, "131037": true,
	"131042": true, "131045": true, "131048": true, "133010": true, "132001": true,
}

func (f fault) isSetupFault() bool {
	code, _ := strconv.Atoi(string(f.Code))
	return setupCodes[f.Code] || code >= 200 && code <= 299
}

// words says what is the matter, with the code for whoever looks it up.
func (f fault) words() string {
	if n, err := strconv.Atoi(string(f.Code)); err == nil && n >= 200 && n <= 299 {
		f.Code = "10"
	}
	said := known[f.Code]
	if said == "" {
		said = "WhatsApp refused it"
		if more := strings.Join(strings.Fields(leads.Clip(string(firstOf(f.Data.Details, f.Title, f.Message)), 300)), " "); more != "" {
			said += ": " + more
		}
	}
	return fmt.Sprintf("%s (%s)", said, firstOf(f.Code, "no code"))
}

// refused turns an answer other than 2xx into an error.
func (n *number) refused(res *http.Response, answer []byte) error {
	var said struct {
		Error fault `json:"error"`
	}
	_, err := decode(answer, &said)
	f, status := said.Error, res.StatusCode
	if err != nil || f.Code == "" { // not of the API, but of something before it
		f = fault{Code: text("HTTP " + strconv.Itoa(status))}
	}
	if status == http.StatusUnauthorized && known[f.Code] == "" {
		f.Code = "190"
	}
	words := errors.New(strings.ReplaceAll(f.words(), n.AccessToken, "…"))
	if wait, is := busy[f.Code]; is || status == http.StatusTooManyRequests {
		if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 && s <= 86400 {
			wait = time.Duration(s) * time.Second
		}
		if wait == 0 {
			wait = time.Minute
		}
		return leads.NotBefore(leads.Because(leads.FaultBusy, fmt.Errorf("WhatsApp wants fewer messages: %w (%s)", leads.ErrNotSent, f.Code)), wait)
	}
	switch {
	case f.isSetupFault():
		n.troubled.Store(true)
		n.env.Report.Health(leads.Because(leads.FaultSetup, words))
	case status >= 500, f.Code == "1", f.Code == "2", f.Code == "131000", f.Code == "131016", f.Code == "133004":
		return fmt.Errorf("WhatsApp has trouble of its own (%s)", f.Code)
	}
	code, limit := f.replyFault()
	return leads.Permanent(leads.Beyond(code, limit, words))
}
