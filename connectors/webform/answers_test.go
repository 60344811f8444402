package webform

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/connectors/vendors/posted"
)

const (
	good    = "phone=89161234567"
	browser = "text/html,application/xhtml+xml,*/*;q=0.8"
)

func problemOf(t *testing.T, w *httptest.ResponseRecorder) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != w.Code || p.Title == "" || p.Code == "" ||
		w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("not problem+json: %d %v %s", w.Code, w.Header(), w.Body)
	}
	return p
}

func TestScriptsGetJSON(t *testing.T) {
	for name, headers := range map[string][]string{
		"by content type": {"Content-Type", asJSON},
		"by Accept":       {"Content-Type", asForm, "Accept", "application/json"},
		"by fetch":        {"Content-Type", asForm, "Sec-Fetch-Mode", "cors", "Accept", "*/*"},
		"by jQuery":       {"Content-Type", asForm, "X-Requested-With", "XMLHttpRequest"},
	} {
		s := newSite(t, "")
		body := good
		if headers[1] == asJSON {
			body = `{"phone":"89161234567"}`
		}
		w := s.request(http.MethodPost, "/in/site", body, append(headers, "Idempotency-Key", "k-1")...)
		if w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"id":"k-1","ok":true}` || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestPlainFormsGetPages(t *testing.T) {
	s := newSite(t, "origins: [https://shop.example]")
	w := s.post(asForm, good, "Accept", browser, "Sec-Fetch-Mode", "navigate", "Accept-Language", "ru-RU,ru;q=0.9,en;q=0.8")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/in/site/thanks?lang=ru" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	for referer, link := range map[string]string{
		"https://shop.example/a?b=\"c": `href="https://shop.example/a?b=%22c"`, "https://evil.example/": "", "javascript:alert(1)": "", "": "",
	} {
		w = s.request(http.MethodGet, "/in/site/thanks?lang=ru", "", "Referer", referer)
		if w.Code != 200 || !strings.Contains(w.Body.String(), `<html lang="ru">`) || !strings.Contains(w.Body.String(), "Спасибо!") ||
			strings.Contains(w.Body.String(), "href") != (link != "") || !strings.Contains(w.Body.String(), link) {
			t.Errorf("thanks after %q: %d %s", referer, w.Code, w.Body)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'sha256-") {
			t.Errorf("policy %q", csp)
		}
	}
	w = s.post(asForm, "name=x&phone=%3Cscript%3E", "Accept", browser)
	if w.Code != 422 || !strings.Contains(w.Body.String(), "This does not look like a phone number.") || strings.Contains(w.Body.String(), "<script") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = newSite(t, "thanks: https://shop.example/ok?x=1").post(asForm, good)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "https://shop.example/ok?x=1" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	for _, c := range []struct {
		settings, kind, body, language string
		want                           []fault
	}{
		{"", asJSON, `{"name":"Anna"}`, "", []fault{{"phone", "", "Please give us a phone number or an e-mail address, so that we can reply."}}},
		{"", asJSON, `{"Телефон":""}`, "ru", []fault{{"phone", "Телефон", "Укажите телефон или адрес почты, чтобы мы могли ответить."}}},
		{"", asForm, "tel=12345&_lang=ru", "en", []fault{{"phone", "tel", "Похоже, в номере телефона ошибка. Пример: +7 912 345-67-89"}}},
		{"lang: en", asForm, "tel=12345&_lang=ru", "ru", []fault{{"phone", "tel", "This does not look like a phone number. Example: +7 912 345-67-89"}}},
		{"", asJSON, `{"email":"anna@"}`, "de, en;q=0.5", []fault{{"email", "email", "This does not look like an e-mail address. Example: name@example.com"}}},
		{"fields: {phone: f7}", asJSON, `{"phone":"+79161234567"}`, "", []fault{{"phone", "f7", "Please give us a phone number or an e-mail address, so that we can reply."}}},
		{"require: [name, city]", asJSON, `{"message":"hi"}`, "ru", []fault{
			{"name", "", "Заполните, пожалуйста: ваше имя."}, {"city", "", "Заполните, пожалуйста: city."},
		}},
		{"require: []", asJSON, `{}`, "", []fault{{"message", "", "Write something, so that we know what it is about."}}},
	} {
		s := newSite(t, c.settings)
		w := s.post(c.kind, c.body, "Accept-Language", c.language, "Sec-Fetch-Site", "cross-site")
		p := problemOf(t, w)
		if w.Code != 422 || p.Field != c.want[0].Field || p.Detail != c.want[0].Message || fmt.Sprint(p.Errors) != fmt.Sprint(c.want) {
			t.Errorf("%s %s: %d %+v, want %+v", c.settings, c.body, w.Code, p, c.want)
		}
		if n := s.inbox.Puts(); n != 0 {
			t.Errorf("%s: stored %d", c.body, n)
		}
	}
}

func TestWhatIsRequiredMayBeAnything(t *testing.T) {
	for settings, body := range map[string]string{
		"require: []":                 `{"message":"hi"}`,
		"require: [name, city]":       `{"first_name":"Anna","city":"Perm"}`,
		"require: ['phone|telegram']": `{"telegram":"@anna"}`,
	} {
		if w := newSite(t, settings).post(asJSON, body); w.Code != 200 {
			t.Errorf("%s %s: %d %s", settings, body, w.Code, w.Body)
		}
	}
}

func TestOrigins(t *testing.T) {
	const listed = "origins: ['HTTPS://Shop.example:443', 'http://127.0.0.1:3000']"
	for _, c := range []struct {
		settings, origin string
		may              bool
	}{
		{"", "https://anywhere.example", true},
		{"", "null", true},
		{"", "", true},
		{listed, "https://shop.example", true},
		{listed, "http://127.0.0.1:3000", true},
		{listed, "http://hub.test", true}, // the hub's own pages
		{listed, "", true},
		{listed, "http://shop.example", false},
		{listed, "https://shop.example:8443", false},
		{listed, "https://shop.example.evil.example", false},
		{listed, "https://evilshop.example", false},
		{listed, "null", false},
		{listed + "\norigins_required: true", "", false},
		{listed + "\norigins_required: true", "https://shop.example", true},
	} {
		s := newSite(t, c.settings)
		var headers []string
		if c.origin != "" {
			headers = []string{"Origin", c.origin}
		}
		for _, w := range []*httptest.ResponseRecorder{
			s.request(http.MethodOptions, "/in/site", "", append(headers, "Access-Control-Request-Method", "POST")...),
			s.post(asForm, good, append(headers, "Accept", "application/json")...),
			s.post(asForm, "name=x", append(headers, "Accept", "application/json", "Sec-Fetch-Site", "cross-site")...), // scripts must be able to read errors
		} {
			if (w.Code != 403) != c.may {
				t.Errorf("%s from %q: %d", c.settings, c.origin, w.Code)
			}
			if allowed := w.Header().Get("Access-Control-Allow-Origin"); c.origin != "" && (allowed == c.origin) != c.may || w.Header().Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s from %q: allows %q", c.settings, c.origin, allowed)
			}
			if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Origin") {
				t.Error("caches are not told")
			}
		}
		if n := s.inbox.Puts(); (n == 1) != c.may {
			t.Errorf("%s from %q: %d puts", c.settings, c.origin, n)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		method, path, kind, body string
		status                   int
		header, value            string
	}{
		{"GET", "/in/site", "", "", 405, "Allow", "POST, OPTIONS"},
		{"PUT", "/in/site", asForm, good, 405, "Allow", "POST, OPTIONS"},
		{"POST", "/in/site/thanks", asForm, good, 405, "Allow", "GET, HEAD"},
		{"POST", "/in/site/else", asForm, good, 404, "", ""},
		{"POST", "/in/site", "application/xml", "<phone>89161234567</phone>", 415, "Accept-Post", "application/json, application/x-www-form-urlencoded, multipart/form-data"},
		{"POST", "/in/site", "text/plain", "call me", 415, "", ""},
		{"POST", "/in/site", "multipart/form-data", good, 415, "", ""},
		{"POST", "/in/site", asJSON, `"phone"`, 415, "", ""},
		{"POST", "/in/site", asJSON, `{"phone":"+79161234567"}{}`, 400, "", ""},
		{"POST", "/in/site", asJSON, `{"phone":`, 400, "", ""},
		{"POST", "/in/site", asJSON, strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), 413, "", ""},
		{"POST", "/in/site", asForm, "message=" + strings.Repeat("x", maxBody), 413, "", ""},
		{"POST", "/in/site", asForm, strings.Repeat("a=1&", posted.MaxInputs+1), 413, "", ""},
		{"POST", "/in/site", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=m\r\n\r\n" + strings.Repeat("x", maxBody+1) + "\r\n--b--\r\n", 413, "", ""},
	} {
		s := newSite(t, "")
		w := s.request(c.method, c.path, c.body, "Content-Type", c.kind, "Sec-Fetch-Site", "cross-site")
		if w.Code != c.status {
			t.Errorf("%s %s %s %.30q: %d, want %d: %s", c.method, c.path, c.kind, c.body, w.Code, c.status, w.Body)
			continue
		}
		problemOf(t, w)
		if c.header != "" && w.Header().Get(c.header) != c.value {
			t.Errorf("%s %s: %s is %q", c.method, c.path, c.header, w.Header().Get(c.header))
		}
		if s.inbox.Puts() != 0 {
			t.Errorf("%s %.30q: stored", c.kind, c.body)
		}
	}
}

func TestRateIsLimitedByAddress(t *testing.T) {
	s := newSite(t, "per_minute: 3")
	from := func(address string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/in/site", strings.NewReader(good))
		r.RemoteAddr = address
		r.Header.Set("Content-Type", asForm)
		r.Header.Set("X-Forwarded-For", strconv.Itoa(time.Now().Nanosecond())) // no way around
		w := httptest.NewRecorder()
		s.form.Handler(s.inbox).ServeHTTP(w, r)
		return w
	}
	for range 3 {
		if w := from("192.0.2.1:1000"); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	w := from("192.0.2.1:1001")
	if w.Code != 429 || w.Header().Get("Retry-After") != "20" || problemOf(t, w).Code != "throttled" {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := from("192.0.2.2:1000"); w.Code != http.StatusSeeOther {
		t.Errorf("another address: %d", w.Code)
	}
	for i := range 3 {
		from(fmt.Sprintf("[2001:db8:1:2::%x]:1", i))
	}
	if w := from("[2001:db8:1:2:ffff::1]:1"); w.Code != 429 {
		t.Errorf("another address of the same IPv6 network: %d", w.Code)
	}
	s.now = s.now.Add(20 * time.Second)
	if w := from("192.0.2.1:1002"); w.Code != http.StatusSeeOther {
		t.Errorf("after the wait: %d", w.Code)
	}
}

func TestMemoryOfVisitorsIsBounded(t *testing.T) {
	r := newRecent[int](100)
	for i := range 10_000 {
		r.update(strconv.Itoa(i), func(int) int { return i })
		r.update("regular", func(n int) int { return n + 1 })
	}
	if n := len(r.young) + len(r.old); n > 200 {
		t.Errorf("%d are remembered", n)
	}
	if n := r.update("regular", func(n int) int { return n }); n != 10_000 {
		t.Errorf("who comes often is forgotten: %d", n)
	}
}

func TestStorageAway(t *testing.T) {
	s := newSite(t, "")
	s.inbox.Fail(1)
	w := s.post(asJSON, `{"phone":"89161234567"}`)
	if p := problemOf(t, w); w.Code != 503 || w.Header().Get("Retry-After") != "5" || p.Code != "unavailable" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	s.inbox.Fail(1)
	w = s.post(asForm, good, "Accept", browser)
	if w.Code != 503 || w.Header().Get("Retry-After") != "5" || !strings.Contains(w.Body.String(), "has not been saved") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestStorageHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, "per_minute: 0")
		s.inbox.Block()
		began := time.Now()
		const posts = 3 * maxStoring
		codes := make(chan int, posts)
		for range posts {
			go func() { codes <- s.post(asForm, good).Code }()
		}
		synctest.Wait()
		if n := s.inbox.Puts(); n != maxStoring {
			t.Errorf("%d Puts at once, want %d", n, maxStoring)
		}
		for range posts {
			if code := <-codes; code != 503 {
				t.Errorf("status %d", code)
			}
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("refused after %s", took)
		}
	})
}
