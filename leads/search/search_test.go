package search

import (
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Пётр Иванов-Сидоров, ООО «Ёлка»": "петр иванов сидоров ооо елка",
		"Заказ №17/3: ЗАКАЗ":              "заказ 17 3",
		"и\u0306од, e\u0301te":            "йод ete",
		"":                                "",
	} {
		if got := strings.Join(Words(text), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
	if got := Words(strings.Repeat("ы", 500)); len(got) != 1 || letters(got[0]) != wordLongest {
		t.Errorf("a long word is %v", got)
	}
}

// What people type, and contacts that it finds.
func TestContactIsFound(t *testing.T) {
	t.Parallel()
	contact := ContactWords("иванов петр константинович ооо елка +79161234567 petr.ivanov@mail.example.com")
	for typed, want := range map[string]bool{
		"Иванов Пётр": true, "петр иванов": true, "ИВАН": true, "конст пет": true, "ёлк": true, "Иванов Сергей": false,
		"+7 (916) 123": true, "8916": true, "8 916 123-45-67": true, "4567": true, "61234": true, "123 45 67": true, "9164567": false, "+8916": false, "007916": true,
		"ivanov@mail": true, "petr.ivanov": true, "example.com": true, "vanov": true, "ivanov@gmail": false, "Иванов 4567": true, "Иванов 9999": false,
	} {
		q, ok := Parse(typed)
		if !ok {
			t.Errorf("%q is no query", typed)
		} else if got := In(contact, q.Terms(KindContact), false); got != want {
			t.Errorf("%q finds the contact: %v, want %v", typed, got, want)
		}
	}
	for _, typed := range []string{"", " ", "a", "«»", "5"} {
		if _, ok := Parse(typed); ok {
			t.Errorf("%q is a query", typed)
		}
	}
}

func TestSwapped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"ghbdtn": "привет", "Bdfyjd": "иванов", "руддщ": "hello", "12345": ""} {
		q, _ := Parse(typed)
		other, ok := q.Swapped()
		if got := Words(other.typed); ok != (want != "") || ok && !slices.Equal(got, []string{want}) {
			t.Errorf("%q was meant as %q %v, want %q", typed, got, ok, want)
		}
	}
}

func TestTypingErrors(t *testing.T) {
	t.Parallel()
	var v Vocabulary
	for _, w := range []string{"иванов", "константинопольский", "доставка", "стул", "стол", "поставка", "кондиционер"} {
		v.Add(w)
	}
	for typed, want := range map[string]string{
		"иваноф": "иванов", "ивонов": "иванов", "иавнов": "иванов", "ивнов": "иванов", "ииванов": "иванов", "ывонов": "",
		"кандецеонер": "", "кандиционер": "кондиционер", "кондицеонир": "кондиционер", "констонтин": "константинопольский",
		"дастафка": "доставка", "сту": "", "иванов": "", "стал": "стол стул",
	} {
		if got := strings.Join(v.Near(typed, 8), " "); got != want {
			t.Errorf("%q may mean %q, want %q", typed, got, want)
		}
	}
	q, _ := Parse("Ивонов стал")
	q, ok := q.Corrected(&v)
	if !ok || !In([]string{"иванов", "стул"}, q.Terms(KindContact), false) || !In([]string{"ивонов", "стал"}, q.Terms(KindLead), false) {
		t.Errorf("corrected: %v %v", q, ok)
	}
	if q, _ := Parse("+7 916"); true {
		if _, ok := q.Corrected(&v); ok {
			t.Error("a number was corrected")
		}
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	q, _ := Parse("доставк")
	long := strings.Repeat("слово ", 50)
	for text, want := range map[string]string{
		"Когда\nдоставка?":       "Когда доставка?",
		long + "Доставка когда?": "…" + strings.Repeat("слово ", 6) + "Доставка когда?",
		"Доставка " + long:       "Доставка " + strings.TrimSpace(strings.Repeat("слово ", 21)) + "…",
		"нет":                    "нет",
		"":                       "",
	} {
		if got := Snippet(text, q.Terms(KindInteraction)); got != want {
			t.Errorf("Snippet(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ limit, a, b, c, x, y, z int }{
		{20, 50, 50, 50, 10, 5, 5}, {20, 0, 50, 50, 0, 15, 5}, {20, 3, 2, 1, 3, 2, 1}, {1, 5, 5, 5, 1, 0, 0}, {20, 50, 0, 2, 18, 0, 2},
	} {
		if got := Share(c.limit, []int{c.a, c.b, c.c}); !slices.Equal(got, []int{c.x, c.y, c.z}) {
			t.Errorf("%d of %d, %d and %d: %v", c.limit, c.a, c.b, c.c, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"Иванов 4567", "+7 (916)", "a@b", "\xff'\":*&|", "ghbdtn"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		q, ok := Parse(typed)
		if !ok {
			return
		}
		for _, k := range Kinds {
			for _, term := range q.Terms(k) {
				for _, w := range term {
					if w == "" || strings.ContainsAny(w, " '\"\\:*&|()!<>") {
						t.Fatalf("%q has the term %q", typed, w)
					}
				}
			}
		}
		q.Swapped()
		Snippet(typed, q.Terms(KindLead))
	})
}
