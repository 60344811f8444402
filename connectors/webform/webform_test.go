package webform

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"ctihub/connectors/connectortest"
	"ctihub/leads"
)

const (
	asJSON = "application/json"
	asForm = "application/x-www-form-urlencoded"
)

// site is a form in a test.
type site struct {
	t     *testing.T
	form  *form
	inbox *connectortest.Inbox
	now   time.Time
}

func newSite(t *testing.T, settings string) *site {
	t.Helper()
	s := &site{t: t, inbox: connectortest.NewInbox("site"), now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	env := connectortest.Env(t, "site", settings)
	env.Now = func() time.Time { return s.now }
	c, err := newForm(env)
	if err != nil {
		t.Fatal(err)
	}
	s.form = c
	return s
}

// post sends a body; headers are name, value, name, value …
func (s *site) post(kind, body string, headers ...string) *httptest.ResponseRecorder {
	return s.request(http.MethodPost, "/in/site", body, append([]string{"Content-Type", kind}, headers...)...)
}

func (s *site) request(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := s.make("", body, headers...)
	r.Method, r.URL.Path = method, path
	if name, query, ok := strings.Cut(path, "?"); ok {
		r.URL.Path, r.URL.RawQuery = name, query
	}
	return s.serve(s.inbox, r)
}

func (s *site) make(kind, body string, headers ...string) *http.Request {
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/in/site", strings.NewReader(body))
	for i, header := 0, append([]string{"Content-Type", kind}, headers...); i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func (s *site) serve(in leads.Inbox, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.form.Handler(in).ServeHTTP(w, r)
	return w
}

// stored is what became of the only post.
func (s *site) stored() leads.Touch {
	s.t.Helper()
	return one(s.t, s.inbox).Normalise("RU")
}

func cp1251(s string) string {
	b, err := charmap.Windows1251.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestWhatIsRead(t *testing.T) {
	phone := leads.Identity{Kind: leads.KindPhone, Value: "+79161234567"}
	mail := leads.Identity{Kind: leads.KindEmail, Value: "anna@example.com"}
	for name, c := range map[string]struct {
		settings, kind, body string
		headers              []string
		want                 leads.Touch
	}{
		"JSON": {
			kind: asJSON, body: `{"name":"Анна","phone":"8 (916) 123-45-67","email":"Anna@Example.com","subject":"Окна","message":"Добрый день"}`,
			want: leads.Touch{Name: "Анна", From: []leads.Identity{phone, mail}, Subject: "Окна", Text: "Добрый день"},
		},
		"JSON with a charset": {
			kind: asJSON + "; charset=utf-8", body: `{"phone":79161234567}`,
			want: leads.Touch{From: []leads.Identity{phone}},
		},
		"nested JSON of a website builder": {
			kind: asJSON, body: `{"form":{"name":"Footer"},"fields":{"phone":{"value":"+79161234567"},"rooms":{"value":[2,3]}},"agreed":true,"none":null}`,
			want: leads.Touch{From: []leads.Identity{phone}, Text: "form.name: Footer\nfields.rooms.value: 2\nfields.rooms.value: 3\nagreed: true"},
		},
		"Russian names": {
			kind: asForm, body: url.Values{"Телефон": {"+7 916 123 45 67"}, "Ваше имя": {"Анна"}, "Почта": {"anna@example.com"}, "Комментарий": {"x"}}.Encode(),
			want: leads.Touch{Name: "Анна", From: []leads.Identity{phone, mail}, Text: "x"},
		},
		"the tags that Tilda keeps": {
			kind: asForm, body: "Phone=89161234567&utm_medium=own&COOKIES=" + url.QueryEscape("_ym_uid=1; TILDAUTM=utm_source%3Dvk%7C%7C%7Cutm_medium%3Dcpc%7C%7C%7C; tildasid=2"),
			want: leads.Touch{From: []leads.Identity{phone}, UTM: map[string]string{"utm_source": "vk", "utm_medium": "own"}},
		},
		"other cookies": {
			kind: asForm, body: "Phone=89161234567&COOKIES=a%3D1",
			want: leads.Touch{From: []leads.Identity{phone}, Text: "COOKIES: a=1"},
		},
		"a name in parts": {
			kind: asForm, body: "first_name=Anna&lastName=Ivanova&your-phone=%2B79161234567",
			want: leads.Touch{Name: "Anna Ivanova", From: []leads.Identity{phone}},
		},
		"configured names": {
			settings: "fields: {phone: f7, message: note}", kind: asForm, body: "f7=89161234567&note=hi&phone=12&message=also",
			want: leads.Touch{From: []leads.Identity{phone}, Text: "hi\n\nphone: 12\nmessage: also"},
		},
		"what has no role is kept": {
			kind: asForm, body: "phone=89161234567&message=hi&size=XL&%D1%86%D0%B2%D0%B5%D1%82=%D0%BA%D1%80%D0%B0%D1%81%D0%BD%D1%8B%D0%B9&empty=&color+code=red",
			want: leads.Touch{From: []leads.Identity{phone}, Text: "hi\n\nsize: XL\nцвет: красный\ncolor code: red"},
		},
		"a wrong number beside a good address is kept as it is": {
			kind: asForm, body: "phone=call+me&email=anna@example.com",
			want: leads.Touch{From: []leads.Identity{mail}, Unread: []leads.Identity{{Kind: leads.KindPhone, Value: "call me"}}},
		},
		"an untouched input mask is nothing": {
			kind: asForm, body: "phone=%2B7+(___)+___-__-__&email=anna@example.com",
			want: leads.Touch{From: []leads.Identity{mail}},
		},
		"two numbers": {
			kind: asForm, body: "phone=89161234567&mobile=%2B375291234567&phone2=12",
			want: leads.Touch{From: []leads.Identity{phone, {Kind: leads.KindPhone, Value: "+375291234567"}}, Unread: []leads.Identity{{Kind: leads.KindPhone, Value: "12"}}},
		},
		"inputs for custom fields, which are no part of the text": {
			settings: "custom: {birthday: geb, address: delivery_address, none: nothing}", kind: asForm, body: "phone=89161234567&geb=17.05.1990&delivery_address=Main+street+5&other=x",
			want: leads.Touch{From: []leads.Identity{phone}, Text: "other: x", Fields: []leads.CustomInput{
				{Code: "birthday", Label: "geb", Text: "17.05.1990"}, {Code: "address", Label: "delivery_address", Text: "Main street 5"},
			}},
		},
		"tags in fields win over those of the page": {
			kind: asForm, body: "phone=89161234567&utm_source=mail&_page=" + url.QueryEscape("https://shop.example/a?utm_source=x&UTM_Medium=cpc&gclid=g1&q=secret") + "&_referer=" + url.QueryEscape("https://search.example/"),
			headers: []string{"Referer", "https://shop.example/"},
			want: leads.Touch{From: []leads.Identity{phone}, UTM: map[string]string{
				"utm_source": "mail", "utm_medium": "cpc", "gclid": "g1",
				"page": "https://shop.example/a?utm_source=x&UTM_Medium=cpc&gclid=g1&q=secret", "referer": "https://search.example/",
			}},
		},
		"the header names the page": {
			kind: asForm, body: "phone=89161234567&page=javascript:alert(1)", headers: []string{"Referer", "https://shop.example/b?yclid=7"},
			want: leads.Touch{
				From: []leads.Identity{phone}, Text: "page: javascript:alert(1)",
				UTM: map[string]string{"page": "https://shop.example/b?yclid=7", "yclid": "7"},
			},
		},
		"windows-1251 as declared": {
			kind: asForm + "; charset=windows-1251", body: "phone=89161234567&" + url.QueryEscape(cp1251("имя")) + "=" + url.QueryEscape(cp1251("Анна")),
			want: leads.Touch{Name: "Анна", From: []leads.Identity{phone}},
		},
		"windows-1251 as the browser says": {
			kind: asForm, body: "phone=89161234567&_charset_=windows-1251&name=" + url.QueryEscape(cp1251("Ёж")),
			want: leads.Touch{Name: "Ёж", From: []leads.Identity{phone}},
		},
		"windows-1251 that nobody declared": {
			kind: asForm, body: "phone=89161234567&message=" + url.QueryEscape(cp1251("Здравствуйте, сколько стоит?")),
			want: leads.Touch{Text: "Здравствуйте, сколько стоит?", From: []leads.Identity{phone}},
		},
		"broken UTF-8, NUL and line breaks": {
			kind: asForm, body: "phone=89161234567&name=A%00n%0D%0Ana&message=%FFa%0D%0Ab&subject=S%0D%0ABcc:x",
			want: leads.Touch{Name: "An na", From: []leads.Identity{phone}, Subject: "S Bcc:x", Text: "\uFFFDa\nb"},
		},
		"HTML is data": {
			kind: asForm, body: "phone=89161234567&name=" + url.QueryEscape(`"><img src=x onerror=alert(1)>`),
			want: leads.Touch{Name: `"><img src=x onerror=alert(1)>`, From: []leads.Identity{phone}},
		},
		"a broken escape": {
			kind: asForm, body: "phone=89161234567&message=100%+sure+%zz&&=&=alone",
			want: leads.Touch{From: []leads.Identity{phone}, Text: "100% sure %zz\n\n: alone"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, c.settings)
			if w := s.post(c.kind, c.body, c.headers...); w.Code >= 400 {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			got := s.stored()
			if got.Channel != leads.ChannelForm || got.Direction != leads.In || got.To != "site" || !got.At.Equal(s.now) || got.Raw == "" {
				t.Errorf("frame of the touch: %+v", got)
			}
			content := leads.Touch{Name: got.Name, From: got.From, Unread: got.Unread, Subject: got.Subject, Text: got.Text, UTM: got.UTM, Fields: got.Fields}
			if len(content.Unread) == 0 {
				content.Unread = nil
			}
			if len(content.UTM) == 0 {
				content.UTM = nil
			}
			if !reflect.DeepEqual(content, c.want) {
				t.Errorf("got  %+v\nwant %+v", content, c.want)
			}
		})
	}
}

func TestMultipart(t *testing.T) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("tel", "89161234567")
	_ = m.WriteField("message", "See the plan")
	for _, name := range []string{`C:\Users\Anna\plan.pdf`, "../../etc/passwd", ""} {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", `form-data; name="file"; filename="`+strings.ReplaceAll(name, `\`, `\\`)+`"`)
		p, _ := m.CreatePart(h)
		if name != "" {
			_, _ = p.Write(bytes.Repeat([]byte("x"), 2<<20)) // more than fields may have
		}
	}
	m.Close()
	s := newSite(t, "")
	if w := s.post(m.FormDataContentType(), b.String()); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	got := s.stored()
	if want := "See the plan\n\nfile: plan.pdf [file]\nfile: passwd [file]"; got.Text != want || len(got.From) != 1 {
		t.Errorf("text %q, want %q; from %v", got.Text, want, got.From)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for settings, want := range map[string]string{
		"origins: [www.example.com]":         "origins",
		"origins: [https://example.com/x]":   "origins",
		"origins: ['*']":                     "origins",
		"origins_required: true":             "origins_required",
		"fields: {telephone: tel}":           "telephone",
		"fields: {phone: ''}":                "phone",
		"require: ['phone|']":                "require",
		"thanks: javascript:alert(1)":        "thanks",
		"thanks: /relative":                  "thanks",
		"lang: de":                           "lang",
		"show: [name, password]":             "show",
		"show: []":                           "show",
		"honeypot: ''":                       "honeypot",
		"min_fill: -1s":                      "min_fill",
		"min_fill: soon":                     "soon",
		"per_minute: -1":                     "per_minute",
		"feilds: {}":                         "feilds",
		"origins: [ftp://files.example.com]": "origins",
	} {
		if _, err := open(connectortest.Env(t, "site", settings)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one that names %s", settings, err, want)
		}
	}
}
