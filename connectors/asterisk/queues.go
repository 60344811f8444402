package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// queueSettings lets people's pauses reach the exchange's queues.
type queueSettings struct {
	Names []string `yaml:"names"`
	// Member is how queues.conf names the interface of an extension's member.
	Member string `yaml:"member"`
}

// queues are the queues in which users are paused.
type queues struct {
	names  []string
	member device
}

// queueMember is one interface in one queue.
type queueMember struct {
	Queue  string `json:"q"`
	Member string `json:"m"`
}

// What may stand in the arguments of a dialplan function: no comma, bracket or
// dollar.
var (
	queueNames = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,80}$`)
	members    = regexp.MustCompile(`^[A-Za-z0-9]+/[A-Za-z0-9_.@/-]{1,120}$`)
)

func newQueues(s queueSettings, device string) (*queues, error) {
	if len(s.Names) == 0 {
		return nil, errors.New("queues: names are needed: the queues of queues.conf in which people are paused")
	}
	q := &queues{}
	for _, name := range s.Names {
		if !queueNames.MatchString(name) || slices.Contains(q.names, name) {
			return nil, fmt.Errorf("queues: names: %q is given twice or is not a name as in queues.conf", name)
		}
		q.names = append(q.names, name)
	}
	if s.Member == "" {
		s.Member = device
	}
	if s.Member == "" {
		s.Member = "PJSIP/" + extensionMark
	}
	q.member.before, q.member.after, _ = strings.Cut(s.Member, extensionMark)
	if strings.Count(s.Member, extensionMark) != 1 || !members.MatchString(q.member.before+"100"+q.member.after) {
		return nil, fmt.Errorf("queues: member: %q is not the interface of a member; write it like PJSIP/{extension} or Local/{extension}@from-queue/n", s.Member)
	}
	return q, nil
}

// memberOf returns an extension's telephone as a member of a queue; false if its
// name is not safe to send to the exchange.
func (q *queues) memberOf(queue, extension string) (queueMember, bool) {
	name := q.member.before + extension + q.member.after
	return queueMember{queue, name}, extension != "" && members.MatchString(name)
}

// memberState is the pause of a queue member as the exchange has it.
type memberState string

// Asterisk publishes the pause of a member as the state of a virtual device.
const (
	memberPaused  memberState = "INUSE"
	memberActive  memberState = "NOT_INUSE" // also of a member who has logged out of the queue
	memberUnknown memberState = "INVALID"   // no such queue, or no such member since Asterisk started
)

// errNoDeviceStates is Asterisk's 404 for every device.
var errNoDeviceStates = errors.New("the exchange does not tell who is paused in its queues: load res_ari_device_states in modules.conf")

// memberState asks whether a member is paused. ARI cannot read QUEUE_MEMBER: a
// global variable's name is evaluated when it is set, not when it is read.
func (r *rest) memberState(ctx context.Context, s queueMember) (memberState, error) {
	var got struct{ State memberState }
	device := "Queue:" + s.Queue + "_pause_" + s.Member
	err := r.call(ctx, http.MethodGet, "deviceStates/"+url.PathEscape(device), nil, nil, &got)
	if status := statusError(0); errors.As(err, &status) && status == http.StatusNotFound {
		return "", errNoDeviceStates
	}
	return got.State, err
}

// pauseMember pauses a member or ends it. Asterisk answers 204 also when there is
// no such member.
func (r *rest) pauseMember(ctx context.Context, s queueMember, paused bool) error {
	value := "0"
	if paused {
		value = "1"
	}
	variable := "QUEUE_MEMBER(" + s.Queue + ",paused," + s.Member + ")"
	return r.call(ctx, http.MethodPost, "asterisk/variable", url.Values{"variable": {variable}, "value": {value}}, nil, nil)
}
