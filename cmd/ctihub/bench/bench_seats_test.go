package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/web"
)

// BenchmarkSeats measures the cost of a seat: the built binary on SQLite with 10, 50
// and 500 users, one in ten a supervisor, each with an open event stream. An exchange
// pushes 200 calls of unknown callers; each rings one phone, is answered and ends. The
// user of the phone reads the call, the lead and its contact, as the page does.
// Measured are the hub's CPU time, which other work on the machine changes little, and
// its memory.
func BenchmarkSeats(b *testing.B) {
	const calls, secret = 200, "0123456789abcdef"
	binary := buildHub(b)
	for range b.N {
		table("seats | processor time of a call | share of a core at 12 calls a seat and hour | memory at rest, with streams, after the calls")
		table("--- | --- | --- | ---")
		for _, seats := range []int{10, 50, 500} {
			where := config.Default()
			where.Data = b.TempDir()
			tokens := createSeats(b, where, seats)
			k := startChild(b, binary, where, fmt.Sprintf("- {name: pbx, kind: webhook, format: cti, token: %s}", secret))
			rest := proportionalKB(b, k) / 1000
			closeStreams := seatStreams(b, k, tokens)
			before, open := processorTime(b, k.cmd.Process.Pid), proportionalKB(b, k)/1000
			for n := range calls {
				at := n % seats
				seatCall(b, k.url, secret, fmt.Sprintf("c%d", n), 100+at, tokens[at], 1_000_000+n)
			}
			each := (processorTime(b, k.cmd.Process.Pid) - before) / calls
			after := proportionalKB(b, k) / 1000
			table("%d | %.1f ms | %.2f %% | %.0f, %.0f, %.0f MB", seats, each.Seconds()*1000,
				100*each.Seconds()*float64(seats)*12/3600, rest, open, after)
			closeStreams()
			k.end()
		}
	}
}

// createSeats adds users with an API token each to a database that no hub has open.
func createSeats(b *testing.B, where config.Config, seats int) (tokens []string) {
	b.Helper()
	s, err := storage.Open(b.Context(), storage.Config{DataDir: where.Data})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for n := range seats {
		role := leads.RoleOperator
		if n%10 == 9 {
			role = leads.RoleSupervisor
		}
		login := fmt.Sprintf("seat%d", n)
		u, err := s.CreateUser(b.Context(), leads.User{Login: login, Name: login, Role: role, Extensions: []string{strconv.Itoa(100 + n)}, Presence: leads.Available})
		if err != nil {
			b.Fatal(err)
		}
		token, hash := web.NewToken()
		if _, err := s.CreateToken(b.Context(), u.ID, login, hash, time.Now()); err != nil {
			b.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	return tokens
}

// seatStreams opens and reads one event stream for each token.
func seatStreams(b *testing.B, k *child, tokens []string) (end func()) {
	b.Helper()
	address := strings.TrimPrefix(k.url, "http://")
	conns := make([]net.Conn, len(tokens))
	for i, token := range tokens {
		c, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		conns[i] = c
		fmt.Fprintf(c, "GET /api/v1/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", address, token)
		if _, err := io.ReadFull(c, make([]byte, len("HTTP/1.1 200 OK"))); err != nil {
			b.Fatal(err)
		}
		go func() { _, _ = io.Copy(io.Discard, c) }()
	}
	time.Sleep(5 * time.Second) // memory is measured at rest
	return func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}
}

// seatCall pushes a call that rings, is answered and ends, and reads it as the rung user.
func seatCall(b *testing.B, url, secret, id string, extension int, token string, caller int) {
	b.Helper()
	ask := func(method, path, token string, body any) []byte {
		text, err := json.Marshal(body)
		if err != nil {
			b.Fatal(err)
		}
		r, err := http.NewRequest(method, url+path, bytes.NewReader(text))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatalf("%s %s: %s %s %v", method, path, resp.Status, answer, err)
		}
		return answer
	}
	push := func(event string, more map[string]any) {
		body := map[string]any{"event": event, "callId": id, "direction": "in", "from": fmt.Sprintf("7916%07d", caller), "to": "74951234567"}
		for k, v := range more {
			body[k] = v
		}
		ask(http.MethodPost, "/in/pbx/"+secret, "", body)
	}
	push("newCall", map[string]any{"user": []string{strconv.Itoa(extension)}})
	var live struct {
		Items []struct {
			LeadID    string `json:"lead_id"`
			ContactID string `json:"contact_id"`
		}
	}
	if err := json.Unmarshal(ask(http.MethodGet, "/api/v1/calls?limit=1", token, nil), &live); err != nil || len(live.Items) == 0 {
		b.Fatalf("whoever is rung sees no call: %v", err)
	}
	push("answer", map[string]any{"user": strconv.Itoa(extension), "answeringNumber": strconv.Itoa(extension)})
	for _, path := range []string{"/api/v1/leads/" + live.Items[0].LeadID, "/api/v1/interactions?lead_id=" + live.Items[0].LeadID, "/api/v1/contacts/" + live.Items[0].ContactID} {
		ask(http.MethodGet, path, token, nil)
	}
	push("hangup", map[string]any{"cause": "normalClearing"})
}
