package batch_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"ctihub/storage/batch"
)

// writers records the groups that were stored.
type writers struct {
	*batch.Groups[string]
	mu     sync.Mutex
	groups []string
	errs   map[string]error
}

// start makes groups whose items fail if their work begins with "bad".
func start(l batch.Limits) *writers {
	w := &writers{errs: map[string]error{}}
	w.Groups = batch.NewGroups(l, func(group []*batch.Item[string]) {
		var names []string
		for _, i := range group {
			names = append(names, i.Work)
			if strings.HasPrefix(i.Work, "bad") {
				i.Finish(errors.New("bad"))
			} else {
				i.Finish(nil)
			}
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.groups = append(w.groups, strings.Join(names, " "))
	})
	return w
}

// put puts an item as a caller of its own, and returns when that one waits, or
// has its answer.
func (w *writers) put(ctx context.Context, i *batch.Item[string]) {
	go func() {
		err := w.Do(ctx, i)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.errs[i.Work] = err
	}()
	synctest.Wait()
}

func (w *writers) stored(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	w.Wait()
	if !slices.Equal(w.groups, want) {
		t.Errorf("stored %q, want %q", w.groups, want)
	}
}

// Items that wait together are one group, in the order in which they came, up
// to the limit; an item that is larger is a group of its own.
func TestGroupsShare(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := start(batch.Limits{Lanes: 1, Group: 4, Queue: 100})
		w.put(t.Context(), &batch.Item[string]{Work: "alone", Size: 1})
		w.stored(t, "alone")
		release := w.Hold(0)
		for n, size := range []int{1, 2, 1, 9, 1, 0, 0, 0, 1} {
			w.put(t.Context(), &batch.Item[string]{Work: fmt.Sprint(n), Size: size})
		}
		if n := w.Waiting(); n != 9 {
			t.Errorf("%d wait, want 9", n)
		}
		release()
		w.stored(t, "alone", "0 1 2", "3", "4 5 6 7", "8")
		if w.Waiting() != 0 || w.Taken() != 5 {
			t.Errorf("%d wait, %d were taken; want none, 5", w.Waiting(), w.Taken())
		}
	})
}

// Urgent items are stored first, and apart.
func TestUrgentFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := start(batch.Limits{Lanes: 1, Group: 32, Queue: 100})
		release := w.Hold(0)
		for n := range 6 {
			w.put(t.Context(), &batch.Item[string]{Work: fmt.Sprint(n), Size: 1, Urgent: n%2 == 1})
		}
		release()
		w.stored(t, "1 3 5", "0 2 4")
	})
}

// With several lanes urgent items wait for no other, and the items of one order
// stay in it.
func TestLanes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const orders, each = 20, 10
		w := start(batch.Limits{Lanes: 3, Group: 4, Queue: 1000})
		if w.Lanes() != 3 {
			t.Errorf("%d lanes", w.Lanes())
		}
		one, two := w.Hold(1), w.Hold(2)
		for n := range orders * each {
			w.put(t.Context(), &batch.Item[string]{Work: fmt.Sprintf("%d:%d", n%orders, n/orders), Size: 1, Order: fmt.Sprint(n % orders)})
		}
		w.put(t.Context(), &batch.Item[string]{Work: "now", Size: 1, Urgent: true})
		if w.errs["now"] != nil || !slices.Equal(w.groups, []string{"now"}) {
			t.Errorf("an urgent item waits for others: %q, %v", w.groups, w.errs)
		}
		one()
		synctest.Wait()
		half := len(w.groups) - 1
		two()
		synctest.Wait()
		if all := len(w.groups) - 1; half == 0 || half == all {
			t.Errorf("one lane stored %d groups of %d", half, all)
		}
		came := map[string]int{}
		for _, item := range strings.Fields(strings.Join(w.groups[1:], " ")) {
			order, n, _ := strings.Cut(item, ":")
			if n != fmt.Sprint(came[order]) {
				t.Errorf("item %s after %d of its order", item, came[order])
			}
			came[order]++
		}
		if len(came) != orders || came["7"] != each {
			t.Errorf("stored %v", came)
		}
	})
}

// What does not fit into its queue is refused at once. The other queue and an
// empty one take it, however large.
func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := start(batch.Limits{Lanes: 1, Group: 32, Queue: 10})
		release := w.Hold(0)
		w.put(t.Context(), &batch.Item[string]{Work: "large", Size: 11})
		w.put(t.Context(), &batch.Item[string]{Work: "over", Size: 1})
		w.put(t.Context(), &batch.Item[string]{Work: "urgent", Size: 9, Urgent: true})
		w.put(t.Context(), &batch.Item[string]{Work: "urgent over", Size: 2, Urgent: true})
		w.put(t.Context(), &batch.Item[string]{Work: "urgent too", Size: 1, Urgent: true})
		if want := map[string]error{"over": batch.ErrFull, "urgent over": batch.ErrFull}; !maps.Equal(w.errs, want) {
			t.Errorf("refused at once %v, want %v", w.errs, want)
		}
		release()
		w.stored(t, "urgent urgent too", "large")
	})
}

// Who gives up before a writer took the item is not stored; who gives up later
// does not wait either. Their neighbours are stored, and each gets its own
// result.
func TestGivingUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := start(batch.Limits{Lanes: 1, Group: 32, Queue: 100})
		release := w.Hold(0)
		ctx, leave := context.WithCancel(t.Context())
		w.put(t.Context(), &batch.Item[string]{Work: "a", Size: 1})
		w.put(ctx, &batch.Item[string]{Work: "left", Size: 1})
		w.put(t.Context(), &batch.Item[string]{Work: "bad", Size: 1})
		w.put(t.Context(), &batch.Item[string]{Work: "b", Size: 1})
		leave()
		synctest.Wait()
		if err := w.errs["left"]; !errors.Is(err, context.Canceled) || len(w.errs) != 1 {
			t.Errorf("before a writer is free: %v", w.errs)
		}
		release()
		w.stored(t, "a bad b")
		if w.errs["a"] != nil || w.errs["b"] != nil || w.errs["bad"] == nil {
			t.Errorf("errors %v", w.errs)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		commit := make(chan struct{})
		g := batch.NewGroups(batch.Limits{Lanes: 1, Group: 1, Queue: 1}, func(group []*batch.Item[string]) {
			<-commit
			group[0].Finish(nil)
		})
		ctx, leave := context.WithCancel(t.Context())
		answer := make(chan error, 1)
		go func() { answer <- g.Do(ctx, &batch.Item[string]{Work: "taken", Size: 1}) }()
		synctest.Wait()
		leave()
		if err := <-answer; !errors.Is(err, context.Canceled) {
			t.Errorf("while it is stored: %v", err)
		}
		close(commit)
		g.Wait()
	})
}
