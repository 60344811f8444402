package vk

import (
	"context"
	"fmt"
	"strings"

	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// publicKind is a kind of public place: wall, photo, video, topic or product.
type publicKind struct {
	address func(w publicPost) string // of the post or comment
	post    bool                      // it is a post of its own, not a comment
}

// publicPost is a public post or comment.
type publicPost struct {
	ID         int64        `json:"id"`
	FromID     int64        `json:"from_id"`
	OwnerID    int64        `json:"owner_id"`
	Date       int64        `json:"date"`
	Text       string       `json:"text"`
	Edited     int64        `json:"edited"`
	Attached   []attachment `json:"attachments"`
	PostID     int64        `json:"post_id"`
	PostOwner  int64        `json:"post_owner_id"`
	PhotoID    int64        `json:"photo_id"`
	PhotoOwner int64        `json:"photo_owner_id"`
	VideoID    int64        `json:"video_id"`
	VideoOwner int64        `json:"video_owner_id"`
	TopicID    int64        `json:"topic_id"`
	TopicOwner int64        `json:"topic_owner_id"`
	ItemID     int64        `json:"item_id"`
	ItemOwner  int64        `json:"market_owner_id"`
}

// publicKinds are the events of public posts and comments, without the suffixes _new,
// _edit and _restore.
var publicKinds = map[string]publicKind{
	"wall_reply": {func(w publicPost) string {
		return fmt.Sprintf("https://vk.com/wall%d_%d?reply=%d", firstOf(w.PostOwner, w.OwnerID), w.PostID, w.ID)
	}, false},
	"photo_comment": {func(w publicPost) string {
		return fmt.Sprintf("https://vk.com/photo%d_%d", firstOf(w.PhotoOwner, w.OwnerID), w.PhotoID)
	}, false},
	"video_comment": {func(w publicPost) string {
		return fmt.Sprintf("https://vk.com/video%d_%d", firstOf(w.VideoOwner, w.OwnerID), w.VideoID)
	}, false},
	"board_post": {func(w publicPost) string {
		return fmt.Sprintf("https://vk.com/topic%d_%d?post=%d", firstOf(w.TopicOwner, w.OwnerID), w.TopicID, w.ID)
	}, false},
	"market_comment": {func(w publicPost) string {
		return fmt.Sprintf("https://vk.com/product%d_%d", firstOf(w.ItemOwner, w.OwnerID), w.ItemID)
	}, false},
	"wall_post":   {func(w publicPost) string { return fmt.Sprintf("https://vk.com/wall%d_%d", w.OwnerID, w.ID) }, true},
	"wall_repost": {func(w publicPost) string { return fmt.Sprintf("https://vk.com/wall%d_%d", w.OwnerID, w.ID) }, true},
}

// publicTouch returns the touch of a person's public post or comment. Those of
// communities, also the own one, and those without content are ignored.
func (c *community) publicTouch(ctx context.Context, u update, place publicKind) (*leads.Touch, error) {
	var w publicPost
	if err := vendors.DecodeLenient(u.Object, &w); err != nil || w.ID == 0 || w.FromID == 0 {
		return c.unreadable(u), nil //nolint:nilerr // it goes to quarantine
	}
	if w.FromID < 0 || w.Text == "" && len(w.Attached) == 0 {
		return nil, nil
	}
	t := c.userTouch(ctx, w.FromID, u)
	address := place.address(w)
	t.ExternalID = fmt.Sprintf("%s#%d", strings.TrimPrefix(address, "https://vk.com/"), w.ID)
	if at := unix(w.Date); !at.IsZero() {
		t.At = at
	}
	if strings.HasSuffix(u.Type, "_edit") {
		if t.Edited = unix(w.Edited); t.Edited.IsZero() {
			t.Edited = c.now()
		}
	}
	said := content{say: c.say}
	if place.post {
		said.note(c.say.wroteOnWall, address)
	} else {
		said.note(c.say.commentOf, address)
	}
	said.message(message{Text: w.Text, Attachments: w.Attached}, 0)
	if err := c.fetch(ctx, t, &said); err != nil {
		return nil, err
	}
	t.Text = strings.Join(said.lines, "\n")
	return t, nil
}

// reactionTouch returns the touch of a reaction to a message (message_reaction_event).
func (c *community) reactionTouch(ctx context.Context, u update) *leads.Touch {
	var r struct {
		PeerID   int64 `json:"peer_id"`
		By       int64 `json:"reacted_id"`
		Reaction text  `json:"reaction_id"`
		CMID     int64 `json:"cmid"`
	}
	if err := vendors.DecodeLenient(u.Object, &r); err != nil || r.By == 0 {
		return c.unreadable(u)
	}
	if r.PeerID >= chats || r.By < 0 || r.By != firstOf(r.PeerID, r.By) {
		return nil // in a group chat, or by the community itself
	}
	t := c.userTouch(ctx, 0, u)
	t.From = []leads.Identity{{Kind: identity, Value: fmt.Sprint(r.By)}}
	t.Text = "[" + fmt.Sprintf(c.say.reaction, r.Reaction) + "]"
	if r.Reaction == "" || r.Reaction == "0" {
		t.Text, t.Automatic = "["+c.say.unreacted+"]", leads.Notice
	}
	if r.CMID != 0 {
		t.References = []string{key(r.By, r.CMID)}
	}
	return t
}
