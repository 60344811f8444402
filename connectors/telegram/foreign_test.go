package telegram

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/leads"
)

// A server that we did not write (the npm package telegram-test-api): a text
// through polling becomes a touch, and a reply arrives.
func TestRealForeignServer(t *testing.T) {
	dir, err := filepath.Abs("testdata/foreign")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "telegram-test-api")); err != nil {
		install := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund")
		install.Dir = dir
		if out, err := install.CombinedOutput(); err != nil {
			t.Fatalf("npm ci: %v\n%s", err, out)
		}
	}
	token := "501501:AAforeign-token-0123456789abcdef"
	ctx := waiting(t)
	node := exec.CommandContext(ctx, "node", "run.mjs", token)
	node.Dir, node.Stderr = dir, os.Stderr
	in, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = node.Process.Kill()
		_ = node.Wait()
	})
	lines := bufio.NewScanner(out)
	read := func() string {
		t.Helper()
		if !lines.Scan() {
			t.Fatalf("the server says nothing: %v", lines.Err())
		}
		return lines.Text()
	}
	env := connectortest.Env(t, "bot", fmt.Sprintf("token: %q\napi_url: %s", token, read()))
	env.Report.Health = func(error) {}
	c, err := newBot(env)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{in: connectortest.NewInbox("bot"), ended: make(chan error, 1), bot: c}
	d.run(t)
	for n, text := range []string{"Здравствуйте!", "Сколько стоит окно?"} {
		_, _ = fmt.Fprintln(in, text)
		read()
		if err := d.in.Await(ctx, n+1); err != nil {
			t.Fatal(err)
		}
		m := d.in.Touches()[n]
		m.Source = "bot"
		if err := m.Validate(); err != nil || m.Text != text || m.From[0] != (leads.Identity{Kind: KindTelegram, Value: "501"}) || m.Name != "Анна" {
			t.Errorf("%+v, %v", m, err)
		}
	}
	id, err := d.bot.Send(ctx, reply("От 5 000 ₽"))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintln(in, "sent")
	var sent []struct {
		Text      string
		ChatID    json.Number `json:"chat_id"`
		MessageID int         `json:"messageId"`
	}
	if err := json.Unmarshal([]byte(read()), &sent); err != nil {
		t.Fatal(err)
	}
	if len(sent) != 1 || sent[0].Text != "От 5 000 ₽" || strings.Trim(sent[0].ChatID.String(), `"`) != "501" || !strings.HasSuffix(id, fmt.Sprintf(":501:%d", sent[0].MessageID)) {
		t.Errorf("sent %+v, id %s", sent, id)
	}
}
