package answers

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"ctihub/leads"
)

func TestLines(t *testing.T) {
	for name, c := range map[string]struct {
		document string
		want     string
		ok       bool
	}{
		"numbers as they were sent": {`{"budget": 1500000, "area": 12.50, "id": 9007199254740993, "big": 1e400}`, "budget: 1500000\narea: 12.50\nid: 9007199254740993\nbig: 1e400", true},
		"in the order as sent":      {`{"z":1,"a":2,"m":3}`, "z: 1\na: 2\nm: 3", true},
		"nested":                    {`{"address":{"city":"Тверь","house":12},"rooms":["Кухня","Зал"]}`, "address.city: Тверь\naddress.house: 12\nrooms: Кухня, Зал", true},
		"objects in a list":         {`{"items":[{"title":"Стул","qty":2},{"title":"Стол"}]}`, "items.1.title: Стул\nitems.1.qty: 2\nitems.2.title: Стол", true},
		"a list alone":              {`["Да", 5, true]`, "Да, 5, +", true},
		"yes, no and nothing":       {`{"agree":true,"call":false,"empty":"","null":null,"none":[]}`, "agree: +\ncall: −", true},
		"JSON within a string":      {`{"order":"{\"sku\":7}"}`, "order.sku: 7", true},
		"a string that looks so":    {`{"text":"{ok"}`, "text: {ok", true},
		"a text":                    {`Перезвоните`, "", false},
		"a plain value":             {`42`, "", false},
		"two documents":             {`{} {}`, "", false},
		"cut off":                   {`{"a":`, "", false},
		"empty":                     {`{}`, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := Read([]byte(c.document))
			if ok != c.ok || got.String() != c.want {
				t.Errorf("%v %q, want %v %q", ok, got, c.ok, c.want)
			}
		})
	}
}

func TestWho(t *testing.T) {
	phone := func(v string) leads.Identity { return leads.Identity{Kind: leads.KindPhone, Value: v} }
	mail := func(v string) leads.Identity { return leads.Identity{Kind: leads.KindEmail, Value: v} }
	for document, want := range map[string]struct {
		name string
		ids  []leads.Identity
	}{
		`{"товар":"Пицца","телефон":"+79160000001","Имя":"Тим"}`:                                   {"Тим", []leads.Identity{phone("+79160000001")}},
		`{"first_name":"Ия","last_name":"Ким","phone_number":79160000001}`:                         {"Ия Ким", []leads.Identity{phone("79160000001")}},
		`{"customer":{"fullName":"Ana","clientPhone":"1234567","e-mail":"a@b.c"}}`:                 {"Ana", []leads.Identity{phone("1234567"), mail("a@b.c")}},
		`{"Номер телефона":"8 916 000 00 01","Ваше имя":"x","Эл. почта":"a@b.c"}`:                  {"x", []leads.Identity{phone("8 916 000 00 01"), mail("a@b.c")}},
		`{"hotel":"Astoria","Телевизор":"LG 55UQ80006LB, 2026","phone":"есть","product_name":"x"}`: {"", nil},
		`{"Как вас зовут?":"Ия","screen_0_phone_1":"8 916 000 00 01"}`:                             {"Ия", []leads.Identity{phone("8 916 000 00 01")}},
	} {
		f, _ := Read([]byte(document))
		if got := f.Identities(); f.Name() != want.name || !reflect.DeepEqual(got, want.ids) {
			t.Errorf("%s: %q %v", document, f.Name(), got)
		}
	}
}

func TestReadText(t *testing.T) {
	for text, want := range map[string]string{
		`{"name":"Ия"}`: "name: Ия",
		"phone=89160000001&name=%D0%98%D1%8F&note=a+b": "phone: 89160000001\nname: Ия\nnote: a b",
		"name=Ия&empty=":               "name: Ия",
		"fields[0][name]=%D0%98%D1%8F": "fields[0][name]: Ия",
		"Просто текст":                 "",
		"x = 5":                        "", "a=b=c": "", "a=%zz": "", "a=%FF": "", "https://x.example/?a=b": "", "a&b": "", "=": "", "": "", "YWJjZA==": "",
	} {
		if got, ok := ReadText(text); got.String() != want || ok != (want != "") {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}

func FuzzReadText(f *testing.F) {
	for _, s := range []string{"a=1&b=%D0%98", "a[0]=1&a[1]=%7B%22x%22%3A1%7D", "a=b=c", "&", "%="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := ReadText(s)
		if !ok && len(got) > 0 || len(got) > maxFields {
			t.Errorf("%d fields", len(got))
		}
		got.Identities()
		got.Name()
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"a":[{"b":1.5e6},[2,"c"]],"d":"{\"e\":[]}"}`, `[[[[[[[[[[[1]]]]]]]]]]]`, `{"телефон":"1"}`, `"x"`, `{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, ok := Read(b)
		if !ok && len(got) > 0 || len(got) > maxFields {
			t.Errorf("%d fields", len(got))
		}
		for _, x := range got {
			if x.Value == "" || strings.Contains(x.Value, "map[") && !strings.Contains(string(b), "map[") && !strings.Contains(string(b), `\u`) {
				t.Errorf("%q", x)
			}
		}
		got.Identities()
		got.Name()
	})
}

func TestShown(t *testing.T) {
	many := make([]string, 40)
	for i := range many {
		many[i] = fmt.Sprintf(`"f%d":%d`, i, i)
	}
	for document, want := range map[string]string{
		`{"type":"hologram","title":"Смета","sum":1500000}`: "title: Смета\nsum: 1500000",
		`{"text":"x","more":{"a":[1,2]}}`:                   "more.a: 1, 2",
		`{}`:                                                "", `"plain"`: "", ``: "", `{`: "", `null`: "",
		`{"long":"` + strings.Repeat("я", 500) + `"}`: "long: " + strings.Repeat("я", maxShownValue/2) + "…",
		"{" + strings.Join(many, ",") + "}":           strings.ReplaceAll(strings.ReplaceAll(strings.Join(many[:maxShown], "\n"), `"`, ""), ":", ": ") + "\n…",
	} {
		if got := Shown([]byte(document), "text"); got != want {
			t.Errorf("%.80s: %q, want %q", document, got, want)
		}
	}
}
