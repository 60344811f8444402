package connectortest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"ctihub/leads"
)

func TestInbox(t *testing.T) {
	ctx := t.Context()
	a, b := leads.Touch{ExternalID: "a"}, leads.Touch{ExternalID: "b"}
	in := NewInbox("s")
	in.Fail(1)
	if err := in.Put(ctx, "1", a); !errors.Is(err, ErrStorage) || len(in.Touches()) != 0 {
		t.Errorf("Fail: %v, %v", err, in.Touches())
	}
	if c, _ := in.Cursor(ctx); c != "" {
		t.Errorf("a failed Put moved the cursor to %q", c)
	}
	in.Lose(1)
	if err := in.Put(ctx, "1", a); !errors.Is(err, ErrStorage) || !slices.Equal(in.Keys(), []string{"a"}) {
		t.Errorf("Lose: %v, %v", err, in.Keys())
	}
	if err := in.Put(ctx, "2", a, b); err != nil || !slices.Equal(in.Keys(), []string{"a", "b"}) || len(in.Touches()) != 3 || in.Err() != nil {
		t.Errorf("%v, %v, %v", err, in.Keys(), in.Err())
	}
	in.Block()
	short, cancel := context.WithCancel(ctx)
	go func() {
		_ = in.AwaitBlocked(ctx)
		cancel()
	}()
	if err := in.Put(short, "", a); !errors.Is(err, context.Canceled) {
		t.Errorf("Block: %v", err)
	}
}

func TestInboxSeesACursorThatPassesALostTouch(t *testing.T) {
	in := NewInbox("s")
	in.Fail(1)
	_ = in.Put(t.Context(), "1", leads.Touch{ExternalID: "a"})
	_ = in.Put(t.Context(), "2", leads.Touch{ExternalID: "b"})
	if in.Err() == nil {
		t.Error("the touch a is lost, and nobody noticed")
	}
}

// A source that reads again may come to less in one Put than before: what lies
// behind its cursor is not lost.
func TestInboxTakesAFailedPutInParts(t *testing.T) {
	a, b, c := leads.Touch{ExternalID: "a"}, leads.Touch{ExternalID: "b"}, leads.Touch{ExternalID: "c"}
	in := NewInbox("s")
	in.Fail(1)
	_ = in.Put(t.Context(), "3", a, b, c)
	_ = in.Put(t.Context(), "1", a)
	if in.Err() != nil {
		t.Errorf("the first part: %v", in.Err())
	}
	_ = in.Put(t.Context(), "3", c)
	if in.Err() == nil {
		t.Error("the touch b is lost, and nobody noticed")
	}
}
