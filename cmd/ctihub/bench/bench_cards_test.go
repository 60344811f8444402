package bench

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage"
)

// BenchmarkCards measures from the ring of a real phone to the event's last byte and to the
// frame that shows the card in real Chromium, 300 calls at 20 a second, while both CRMs are
// stalled: with one exchange, and while a second one comes and goes. Each of five pages has the
// machine's one browser in turn, as everybody's computer has.
func BenchmarkCards(b *testing.B) {
	for range b.N {
		table("20 calls/s, CRMs stalled | SSE, p50 / p95 / p99 | card, p50 / p95 / p99 |")
		table("--- | --- | --- | ---")
		flapping := asterisktest.New(b)
		o := hubtest.NewBusyOffice(b, hubtest.Branch(b, "flapping", flapping, nil))
		measure := func(second string) {
			for i, path := range hubtest.ScreenPaths {
				o.Open(i)
				stream, screens := o.Calls(300)
				o.Close(i)
				table("ring → SSE / card on %s, second exchange %s | %s | %s |", path, second, hubtest.Percentiles(stream), hubtest.Percentiles(screens[i]))
			}
		}
		measure("down")
		ctx, stop := context.WithCancel(b.Context())
		var flaps sync.WaitGroup
		flaps.Go(func() {
			for ctx.Err() == nil {
				flapping.Restart()
				flapping.Kill()
			}
		})
		measure("comes and goes")
		stop()
		flaps.Wait()
	}
}

// BenchmarkHours measures the built binary at 20 calls/s, half of them answered,
// for as many minutes as CTIHUB_MINUTES says (1): its share of one core, and
// its memory at the beginning, in each quarter and at the end.
func BenchmarkHours(b *testing.B) {
	minutes := 1
	if s := os.Getenv("CTIHUB_MINUTES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		minutes = n
	}
	binary := buildHub(b)
	for range b.N {
		measureHours(b, binary, time.Duration(minutes)*time.Minute)
	}
}

func measureHours(b *testing.B, binary string, during time.Duration) {
	pbx := asterisktest.Start(b)
	address, user, secret := pbx.ARI()
	where := config.Default()
	where.Data = b.TempDir()
	s, err := storage.Open(b.Context(), storage.Config{DataDir: where.Data})
	if err != nil {
		b.Fatal(err)
	}
	for i := range hubtest.Screens {
		who := fmt.Sprint("operator", i)
		if _, err := s.CreateUser(b.Context(), leads.User{Login: who, Name: who, Role: leads.RoleOperator, Extensions: []string{fmt.Sprint(100 + i)}}); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	token := createToken(b, where)
	k := startChild(b, binary, where, fmt.Sprintf("- {name: pbx, kind: asterisk, url: %q, username: %q, password: %q, trunks: [trunk]}\n", address, user, secret))
	defer k.end()
	streams(b, k, token, hubtest.Screens)
	for i := range hubtest.Screens {
		answers := time.Duration(-1)
		if i%2 == 0 {
			answers = 300 * time.Millisecond
		}
		pbx.Phone(fmt.Sprint(100+i), answers, 0)
	}
	pid := k.cmd.Process.Pid
	start, before, began := residentMB(pid), processorTime(b, pid), time.Now()
	loads := make(chan error, hubtest.Screens)
	each := int(during.Seconds()) * 20 / hubtest.Screens
	for i := range hubtest.Screens {
		go func() {
			loads <- pbx.Load(fmt.Sprint(7100+i), 79100000000+int64(i)*1_000_000, each, 20/hubtest.Screens, time.Second)
		}()
	}
	var quarters []string
	quarter := time.NewTicker(during / 4)
	defer quarter.Stop()
	for calling := hubtest.Screens; calling > 0; {
		select {
		case err := <-loads:
			if calling--; err != nil {
				b.Log(err) // sipp reports some of thousands of calls as ended too late
			}
		case <-quarter.C:
			quarters = append(quarters, fmt.Sprintf("%.0f", residentMB(pid)))
		}
	}
	share := (processorTime(b, pid) - before).Seconds() / time.Since(began).Seconds()
	table("%d calls at 20/s, %v | processor, of one core | memory at the beginning, each quarter, the end |", each*hubtest.Screens, time.Since(began).Round(time.Second))
	table("--- | --- | --- | ---")
	table("hub, SQLite, %d streams | %.0f %% | %.0f, %s, %.0f MB |", hubtest.Screens, 100*share, start, strings.Join(quarters, ", "), residentMB(pid))
}
