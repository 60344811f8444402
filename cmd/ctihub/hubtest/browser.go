package hubtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Browser drives real Chromium through web/ui/e2e/drive.mjs.
type Browser struct {
	t     testing.TB
	in    io.Writer
	cards chan CardSeen // caller cards as the pages show them

	mu      sync.Mutex
	n       int
	waiting map[int]chan answer
}

// CardSeen is a caller card that appeared, changed or went ("gone").
type CardSeen struct {
	Who   string
	Card  string // linkedid
	State string
	Text  string  // the card's text in this state
	At    float64 // milliseconds since 1970 of the frame
}

type answer struct {
	Value any
	Error string
}

// NewBrowser starts Chromium until the test ends.
func NewBrowser(t testing.TB) *Browser {
	t.Helper()
	ui := filepath.Join(root(t), "web", "ui")
	if _, err := os.Stat(filepath.Join(ui, "node_modules", "playwright-core")); err != nil {
		t.Fatal("the browser driver is not installed: run make deps")
	}
	cmd := exec.Command("node", "e2e/drive.mjs")
	cmd.Dir = ui
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("node: %v; run make deps", err)
	}
	b := &Browser{t: t, in: in, cards: make(chan CardSeen, 10000), waiting: map[int]chan answer{}}
	read := make(chan struct{})
	go func() { defer close(read); b.read(out) }()
	t.Cleanup(func() {
		_ = in.Close() // the driver closes Chromium and ends
		select {
		case <-read:
		case <-time.After(10 * time.Second):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-read
		}
		_ = cmd.Wait()
	})
	return b
}

func (b *Browser) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m struct {
			CardSeen
			answer
			Done      *int
			PageError string
		}
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			b.t.Errorf("the driver said %q", lines.Text())
			continue
		}
		switch {
		case m.PageError != "":
			b.t.Errorf("%s's page failed: %s", m.Who, m.PageError)
		case m.Done != nil:
			b.mu.Lock()
			ch := b.waiting[*m.Done]
			delete(b.waiting, *m.Done)
			b.mu.Unlock()
			ch <- m.answer
		default:
			b.cards <- m.CardSeen
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, ch := range b.waiting {
		ch <- answer{Error: "the driver ended"}
	}
}

// try runs one command of drive.mjs for a person.
func (b *Browser) try(do, who string, args map[string]any) (any, error) {
	ch := make(chan answer, 1)
	command := map[string]any{"do": do, "who": who}
	for k, v := range args {
		command[k] = v
	}
	b.mu.Lock()
	b.n++
	command["n"] = b.n
	b.waiting[b.n] = ch
	line, err := json.Marshal(command)
	if err == nil {
		_, err = b.in.Write(append(line, '\n'))
	}
	b.mu.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case a := <-ch:
		if a.Error != "" {
			return nil, fmt.Errorf("%s %s: %s", who, do, a.Error)
		}
		return a.Value, nil
	case <-time.After(2 * Patience): // the driver gives up before
		return nil, fmt.Errorf("%s %s: no answer", who, do)
	}
}

// Do runs one command of drive.mjs for a person, and fails the test if it fails.
func (b *Browser) Do(do, who string, args map[string]any) any {
	b.t.Helper()
	v, err := b.try(do, who, args)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// AwaitCard returns the first card that fits and appends the cards before it to
// others.
func (b *Browser) AwaitCard(fits func(CardSeen) bool, others *[]CardSeen) CardSeen {
	b.t.Helper()
	limit := time.After(Patience)
	for {
		select {
		case c := <-b.cards:
			if fits(c) {
				return c
			}
			if others != nil {
				*others = append(*others, c)
			}
		case <-limit:
			b.t.Fatalf("the card did not appear within %v", Patience)
		}
	}
}
