package posted

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPosts(t *testing.T) {
	for body, want := range map[string]int{
		`{"name":"A"}`: 1,
		`[{"name":"A","phone":"1"},{"name":"B","phone":"2"}]`:                                         2,
		`[{"name":"name","value":"A"},{"name":"phone","value":"1"}]`:                                  1,
		`{"leads":[{"name":"A","phone":"1"},{"name":"B","email":"b@client.example"}]}`:                2,
		`{"contacts":[{"type":"phone","phone":"1"},{"type":"email","email":"a@client.example"}]}`:     1,
		`{"id":1,"leads":[{"name":"A","phone":"1"},{"name":"B","phone":"2"}]}`:                        1,
		`{"field_data":[{"name":"full_name","values":["A"]},{"name":"phone_number","values":["1"]}]}`: 1,
		`["a","b"]`:                       1,
		`[[{"name":"A"}],[{"name":"B"}]]`: 1,
		`[]`:                              1,
	} {
		v, err := Read(asJSON, []byte(body))
		if err != nil || len(Posts(v)) != want {
			t.Errorf("%s: %d posts, want %d; %v", body, len(Posts(v)), want, err)
		}
	}
}

func TestPingsAndPosts(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		ping       bool
	}{
		{asForm, "test=test", true},
		{asForm, "test=test&formid=form1&tranid=", true},
		{asForm, "webhook_id=15", true},
		{asJSON, `{"zen":"Keep it logically awesome.","hook_id":109948940,"hook":{"type":"Repository","events":["push"]},"repository":{"id":1296269123,"owner":{"login":"x"}}}`, true},
		{asJSON, `{"event":"ping"}`, true},
		{asJSON, `{"event_type":"webhook.test","id":"0190"}`, true},
		{asJSON, `{"test":true}`, true},
		{asJSON, `{"ping":1}`, true},
		{asJSON, `{"data":{"type":"test_event"}}`, true},
		{asForm, "test=test&Phone=%2B79161234567", false},
		{asForm, "test=test&Name=A", false},
		{asForm, "test=test&f7=89161234567", false},
		{asForm, "test=test&f7=anna@client.example", false},
		{asForm, "webhook_id=15&id=9", false},
		{asForm, "phone=test", false},
		{asJSON, `{"type":"test","message":"My test of your goods"}`, false},
		{asJSON, `{"event":"I want to test the car on Monday please"}`, false},
		{asJSON, `{"test":"I passed the test of blood, what now"}`, false},
		{asJSON, `{"event":"order","contact":{"phone":"+79161234567"},"source":{"type":"test"}}`, false},
		{asJSON, `{"id":1}`, false},
	} {
		v, err := Read(c.kind, []byte(c.body))
		if err != nil || Ping(v) != c.ping {
			t.Errorf("%s: a ping %v, want %v; %v", c.body, Ping(v), c.ping, err)
		}
	}
	for body, want := range map[string]bool{`{}`: true, `[]`: true, `[{}]`: true, `{"a":null,"b":[""," "]}`: true, `{"events":"[]"}`: true, `null`: true, ` "" `: true, `{"a":0}`: false, `{"a":false}`: false} {
		if v, err := Read(asJSON, []byte(body)); err != nil || Empty(v) != want {
			t.Errorf("%s: empty %v, want %v; %v", body, !want, want, err)
		}
	}
}

func TestUnreadableBodies(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{asJSON, `{"phone":`, "neither JSON nor a form"},
		{asJSON, `{"phone":1}{}`, "something follows"},
		{asJSON, `"phone"`, "neither JSON nor a form"},
		{asForm, `{"name":"A","phone":"+7`, "neither JSON nor a form"},
		{asForm, "", "not a form"},
		{asForm, "call me", "not a form"},
		{"application/xml", "<phone>1</phone>", "neither JSON nor a form"},
		{"text/plain", "call me", "neither JSON nor a form"},
		{asParts, "phone=1", "multipart"},
		{asJSON, strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), "nested deeper"},
		{asJSON, "[" + strings.Repeat("1,", maxValues) + "1]", "nested deeper than 64, or of more"},
		{asForm, strings.Repeat("a=1&", MaxInputs+1), "nested deeper"},
	} {
		if _, err := Read(c.kind, []byte(c.body)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %.40s: %v, want %s", c.kind, c.body, err, c.want)
		}
	}
}

func TestInside(t *testing.T) {
	for _, c := range []struct {
		text string
		role Role
		want string
	}{
		{"+7 916 123-45-67", Phone, "+7 916 123-45-67"},
		{`{"countryCode":"375","number":"291234567"}`, Phone, "+375 291234567"},
		{`{"full":"(916) 123-45-67"}`, Phone, "(916) 123-45-67"},
		{`{"mobile":"89161234567","home":"84951234567"}`, Phone, "89161234567 | 84951234567"},
		{`{"first":"Анна","middle":"","last":"Лис"}`, Name, "Анна Лис"},
		{`{"first":"Анна","last":"Лис","prefix":"Dr"}`, Name, "Анна Лис"},
		{`{"value":"anna@client.example"}`, Email, "anna@client.example"},
		{`{"x":1}`, Phone, `{"x":1}`},
		{`{"x":`, Name, `{"x":`},
		{"Anna {x}", Name, "Anna {x}"},
	} {
		if got := strings.Join(Inside(c.text, c.role), " | "); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.role, c.text, got, c.want)
		}
	}
}

func TestDeep(t *testing.T) {
	v, err := Read(asForm, []byte(query("a[b][0]", "1", "a[b][1]", "2", "list[]", "x", "list[]", "y", "json", `{"from":{"number":"79161234567"}}`, "c[x", "3", "p[0][n]", "q")))
	if err != nil {
		t.Fatal(err)
	}
	got, ok := Deep(v.Any()).(map[string]any)
	if !ok {
		t.Fatalf("%T", Deep(v.Any()))
	}
	for name, want := range map[string]string{
		"a": `{"b":["1","2"]}`, "list": `["x","y"]`, "json": `{"from":{"number":"79161234567"}}`, "c[x": `"3"`, "p": `[{"n":"q"}]`,
	} {
		if text := jsonOf(got[name]); text != want {
			t.Errorf("%s is %s, want %s", name, text, want)
		}
	}
	if v.Any().(map[string]any)["json"] != `{"from":{"number":"79161234567"}}` {
		t.Error("the text is not kept beside what it holds")
	}
}

// asks reports whether there is an answer in a tree.
func asks(v Value) bool {
	return v.Name == "definition" || isAnswer(v) || v.has("field") || slices.ContainsFunc(valueNames, v.has) || slices.ContainsFunc(v.Members, asks)
}

func FuzzRead(f *testing.F) {
	kinds := []string{asJSON, asForm, asParts, "text/plain", "", "multipart/form-data", asForm + "; charset=windows-1251", asJSON + "; charset=koi8-r", "x; ="}
	for _, body := range []string{
		`{"name":"Anna","fields":{"x":{"type":"tel","value":"+7","title":"T"}},"answers":[{"q":"a","a":[1,{"b":null}]}]}`,
		query("a[b][]", "1", "a[b][c]", "2", "rawRequest", `{"q3_name":{"first":"A"}}`), multi("a", `"{\"b\":[]}"`),
		`[[[{"name":"x","value":{"value":{"value":1}}}]]]`, "\xff\xfe{\x00}\x00", "\ufeff{}", in1251("имя=Анна"), "%7B%22a%22%3A1%7D=", "a=1\nb", "[][]=1&][=2&a[[b]]=3",
		`{"definition":{"fields":[{"id":"1","title":"T"}]},"answers":[{"type":"text","text":"x","field":{"id":"1"}}]}`,
	} {
		for kind := range kinds {
			f.Add(kind, body)
		}
	}
	f.Fuzz(func(t *testing.T, kind int, body string) {
		v, err := Read(kinds[uint(kind)%uint(len(kinds))], []byte(body)) //nolint:gosec // any number will do
		if err != nil {
			return
		}
		posts := Posts(v)
		if len(posts) == 0 {
			t.Fatal("no post")
		}
		Ping(v)
		for _, p := range posts {
			fields := Fields(p)
			if len(fields) > 3*maxValues {
				t.Errorf("%d fields", len(fields))
			}
			for _, in := range fields {
				if len(in.Names) == 0 {
					t.Error("a field without a name")
				}
			}
			if again := Fields(p); len(again) != len(fields) {
				t.Errorf("%d fields, then %d", len(fields), len(again))
			}
		}
		if deep := jsonOf(Deep(v.Any())); !utf8.ValidString(deep) {
			t.Error("not UTF-8")
		}
		// What is not empty has a field that is not, unless it is a question without an answer.
		if !Empty(v) && !asks(v.Deep()) {
			some := false
			for _, p := range posts {
				for _, in := range Fields(p) {
					some = some || strings.TrimSpace(in.Value) != ""
				}
			}
			if !some {
				t.Errorf("nothing of it is left: %+v", v)
			}
		}
	})
}
