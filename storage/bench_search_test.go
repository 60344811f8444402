package storage_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/search"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// BenchmarkSearch prints how long each kind of query takes among many records, for each kind of
// viewer: p50 and p99 in milliseconds. CTIHUB_CONTACTS is the number of contacts, 20,000 unless
// set; messages are ten times as many, or CTIHUB_MESSAGES.
func BenchmarkSearch(b *testing.B) {
	for name, open := range map[string]func() storage.Config{
		"SQLite":   func() storage.Config { return storage.Config{DataDir: dataDir(b)} },
		"Postgres": func() storage.Config { return storage.Config{Database: storagetest.Postgres(b)} },
	} {
		b.Run(name, func(b *testing.B) {
			s, err := storage.Open(b.Context(), open())
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			contacts := sizeOf(b, "CTIHUB_CONTACTS", 20_000)
			messages := sizeOf(b, "CTIHUB_MESSAGES", 10*contacts)
			if err := storage.Fill(b.Context(), s, officeTexts(contacts, messages)); err != nil {
				b.Fatal(err)
			}
			began, docs := time.Now(), 0
			for x := s.SearchIndex(); ; {
				f, err := x.Fill(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				if docs += f.Docs; f.Done {
					if _, err := x.Changes(b.Context()); err != nil { // reads the vocabulary
						b.Fatal(err)
					}
					break
				}
			}
			took := time.Since(began)
			fmt.Printf("| search, %s, %d contacts, %d messages, indexed at %.0f documents/s; p50 / p99 in ms | sees all | a twentieth | one contact |\n| --- | --- | --- | --- |\n",
				name, contacts, messages, float64(docs)/took.Seconds())
			for range b.N {
				timeSearches(b, s, contacts)
			}
		})
	}
}

func sizeOf(b *testing.B, name string, usual int) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if os.Getenv(name) == "" {
		return usual
	} else if err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	return n
}

func timeSearches(b *testing.B, s *storage.Store, contacts int) {
	viewers := []leads.Viewer{historyChief, historyManager, historyNewcomer}
	var slowest time.Duration
	for _, c := range []struct {
		name  string
		typed func(n int) string
	}{
		{"name, beginning", func(n int) string { return string([]rune(surname(n * 37))[:4]) }},
		{"two names, reversed", func(n int) string { return firstName(n*7) + " " + surname(n*37) }},
		{"common surname", func(n int) string { return surname(n % 3) }},
		{"rare surname", func(n int) string { return surname(900 + n) }},
		{"last 4 digits", func(n int) string { return fmt.Sprintf("%04d", n*131%10000) }},
		{"whole number", func(n int) string { return fmt.Sprintf("8 (916) %07d", n*977%contacts) }},
		{"part of an address", func(n int) string { return fmt.Sprintf("box%d@exa", n*977%contacts) }},
		{"common word", func(n int) string { return topic(n % 3) }},
		{"rare word", func(n int) string { return topic(3000 + n) }},
		{"common and rare word", func(n int) string { return topic(1) + " " + topic(3000+n) }},
		{"two letters", func(n int) string { return string([]rune(topic(n))[:2]) }},
		{"typing error", func(n int) string { return "ъ" + surname(n*37) }},
		{"nothing", func(n int) string { return fmt.Sprintf("щщщ%d", n) }},
	} {
		line := "| " + c.name
		for _, v := range viewers {
			var took []time.Duration
			for began := time.Now(); len(took) < 100 && time.Since(began) < 2*time.Second; {
				q, _ := search.Parse(c.typed(len(took)))
				asked := time.Now()
				if _, err := s.Search(b.Context(), v, q, "", search.LimitDefault); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(asked))
			}
			slices.Sort(took)
			p50, p99 := took[len(took)/2], took[(len(took)*99-1)/100]
			slowest = max(slowest, p99)
			line += fmt.Sprintf(" | %.1f / %.1f", ms(p50), ms(p99))
		}
		fmt.Println(line + " |")
	}
	b.ReportMetric(ms(slowest), "ms-slowest-p99")
}

// Words of the texts: those with small numbers are frequent. They are made of syllables, so that
// they begin alike and differ as real ones do.
var syllables = []string{"ка", "ро", "ме", "ли", "то", "ва", "ни", "се", "по", "да", "гу", "бы", "ре", "за", "ло", "ши", "че", "ми", "та", "кр"}

func made(n, length int) string {
	var w strings.Builder
	for range length {
		w.WriteString(syllables[n%20])
		n /= 20
	}
	return w.String()
}

func surname(n int) string   { return made(n%1000, 3) + "нов" }
func firstName(n int) string { return made(n%40, 2) + "слав" }
func topic(n int) string     { return made(n%8000, 3) + "ст" }

// officeTexts fill a database with contacts, each with a lead, and with messages of some
// fifteen words. The n-th word has about the rank of its frequency.
func officeTexts(contacts, messages int) []string {
	most := max(contacts, messages)
	texts := []string{
		`CREATE TABLE numbers (n BIGINT PRIMARY KEY)`,
		fmt.Sprintf(`WITH RECURSIVE all_numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM all_numbers WHERE n < %d) INSERT INTO numbers SELECT n FROM all_numbers`, most-1),
		`CREATE TABLE made_words (kind TEXT, place BIGINT, word TEXT, PRIMARY KEY (kind, place))`,
	}
	for _, w := range []struct {
		kind string
		most int
		word func(int) string
	}{{"s", 1000, surname}, {"f", 40, firstName}, {"t", 8000, topic}} {
		for from := 0; from < w.most; from += 500 {
			var values []string
			for n := from; n < min(from+500, w.most); n++ {
				values = append(values, fmt.Sprintf("('%s', %d, '%s')", w.kind, n, w.word(n)))
			}
			texts = append(texts, "INSERT INTO made_words VALUES "+strings.Join(values, ", "))
		}
	}
	word := func(kind, rank string) string {
		return "(SELECT w.word FROM made_words w WHERE w.kind = '" + kind + "' AND w.place = " + rank + ")"
	}
	// skewed is a number below most; half of them are below a hundredth of it.
	skewed := func(salt, most int) string {
		r := fmt.Sprintf("((n * %d + n / 7 * %d + %d) %% 1000003)", 7919+2*salt, 104729+salt, salt)
		return fmt.Sprintf("(%[1]s %% (1 + %[1]s / 11 %% (1 + %[2]d / (1 + %[1]s / 13 %% 50))) %% %[2]d)", r, most)
	}
	var body []string
	for i := range 15 {
		body = append(body, word("t", skewed(31*i, 8000)))
	}
	name := word("f", skewed(3, 40)) + " || ' ' || " + word("s", skewed(5, 1000))
	for _, t := range []string{
		historyRows[0],
		`INSERT INTO contacts (id, name, company, owner_id, main_key, search, version, created)
		SELECT @id(c, n), '', '', CASE WHEN n = 0 THEN @id(u, 51) ELSE @id(u, n % 20) END, '+7916' || (10000000 + n), ` + name + ` || ' +7916' || SUBSTR(CAST(10000000 + n AS TEXT), 2) || ' box' || n || '@example.com', 1, @at(n) FROM numbers WHERE n < CONTACTS`,
		`UPDATE contacts SET name = SUBSTR(search, 1, 12)`,
		`INSERT INTO leads (id, contact_id, status, source, channel, subject, team, manager_id, reason, repeated, refusal, utm, opened, assigned, closed)
		SELECT @id(l, n), @id(c, n), 'won', 'site', 'form', ` + word("t", skewed(17, 8000)) + `, '', CASE WHEN n = 0 THEN @id(u, 51) ELSE @id(u, n % 20) END, '', FALSE, '', '', @at(n), @at(n), @at(n) + 1 FROM numbers WHERE n < CONTACTS`,
		`INSERT INTO interactions (id, source, external_id, channel, direction, at, contact_id, lead_id, name, addressee, subject, body, html, attachments, utm, raw, stored)
		SELECT @id(i, n), 'site', 'x' || n, 'form', 'in', @at(n), @id(c, n % CONTACTS), @id(l, n % CONTACTS), '', '', '', ` + strings.Join(body, " || ' ' || ") + `, '', '', '', '', @at(n) FROM numbers WHERE n < MESSAGES`,
		`INSERT INTO sights (viewer, kind, at, id) SELECT DISTINCT d.viewer, d.kind, d.at, d.id FROM sights_due d ORDER BY d.viewer, d.kind, d.at, d.id`,
	} {
		texts = append(texts, historyText(strings.NewReplacer("CONTACTS", fmt.Sprint(contacts), "MESSAGES", fmt.Sprint(messages)).Replace(t), messages))
	}
	return append(texts, "DROP TABLE made_words", "DROP TABLE numbers")
}
