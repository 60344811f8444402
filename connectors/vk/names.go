package vk

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	maxNames    = 10_000
	namesWithin = 5 * time.Second
	namesPause  = 30 * time.Second // after a failure
)

// names caches the names of users.
type names struct {
	api         *client
	mu          sync.Mutex
	known       map[int64]string
	pausedUntil time.Time // VK is not asked before
}

func newNames(api *client) *names { return &names{api: api, known: map[int64]string{}} }

// lookup returns a user's name, asking VK once; empty when VK fails, so that a message
// does not wait for it.
func (n *names) lookup(ctx context.Context, user int64) string {
	if user <= 0 {
		return "" // a community
	}
	n.mu.Lock()
	name, ok := n.known[user]
	paused := time.Now().Before(n.pausedUntil)
	n.mu.Unlock()
	if ok || paused {
		return name
	}
	ctx, cancel := context.WithTimeout(ctx, namesWithin)
	defer cancel()
	var users []struct {
		ID    int64  `json:"id"`
		First string `json:"first_name"`
		Last  string `json:"last_name"`
	}
	err := n.api.call(ctx, "users.get", url.Values{"user_ids": {strconv.FormatInt(user, 10)}}, &users)
	if err != nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.pausedUntil = time.Now().Add(namesPause)
		return ""
	}
	if len(users) != 1 || users[0].ID != user {
		return ""
	}
	name = strings.TrimSpace(users[0].First + " " + users[0].Last)
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.known) >= maxNames {
		clear(n.known)
	}
	n.known[user] = name
	return name
}
