package e2e

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/asterisk/asterisktest"
)

// loggedCall is a call in the exchange's CEL.
type loggedCall struct{ caller string }

// readCEL reads the exchange's call records, by linkedid, when they are complete.
func readCEL(t *testing.T, pbx *asterisktest.PBX, calls int) map[string]loggedCall {
	t.Helper()
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) { // a file has no event to await
		log, ended := parseCEL(t, filepath.Join(pbx.Dir(), "log", "cel-custom", "ctihub.csv"))
		if len(log) == calls && ended == calls {
			return log
		}
		if time.Since(began) > hubtest.Patience {
			t.Fatalf("%d calls were placed; by its records the exchange had %d, of which %d are over", calls, len(log), ended)
		}
	}
}

func parseCEL(t *testing.T, file string) (log map[string]loggedCall, ended int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	log = map[string]loggedCall{}
	for lines := csv.NewReader(f); ; {
		row, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return log, ended
		}
		if err != nil || len(row) < 11 {
			continue // a line that is being written
		}
		switch linkedid := row[10]; {
		case row[0] == "CHAN_START" && row[9] == linkedid:
			log[linkedid] = loggedCall{row[2]}
		case row[0] == "LINKEDID_END":
			ended++
		}
	}
}
