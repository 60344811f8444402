package demo

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

//go:embed site/page.html
var pageText string

//go:embed site/style.css
var style []byte

// page is the demo website in one language.
type page struct {
	Lang, Other, OtherPath, OtherName string
	Notice, Company, Title, Lead      string
	Ask, AskText, Phone               string
	Offers                            []offer
	Footer                            string
	Source                            string
}

type offer struct{ Name, Text, Price string }

var russian = page{
	Lang: "ru", Other: "en", OtherPath: "/demo/en", OtherName: "English",
	Notice:  "Демонстрационный сайт: компании не существует, заявки попадают в этот же демо-хаб.",
	Company: "Светлый дом", Title: "Окна и двери, в которых тепло",
	Lead: "Замеряем, делаем и ставим окна, балконы и двери. Замер бесплатно, установка за один день, пять лет гарантии.",
	Ask:  "Рассчитаем стоимость за час", AskText: "Оставьте телефон — менеджер перезвонит и назовёт цену. Или позвоните сами:",
	Phone: "+7 495 000-00-01",
	Offers: []offer{
		{"Окна", "Двухкамерный пакет, тёплый профиль, монтаж по ГОСТу.", "от 14 900 ₽"},
		{"Балконы", "Холодное и тёплое остекление, отделка под ключ.", "от 42 000 ₽"},
		{"Двери", "Входные и межкомнатные, с доставкой и установкой.", "от 11 500 ₽"},
	},
	Footer: "Демо ctihub. Имена, номера и цены вымышлены.",
}

var english = page{
	Lang: "en", Other: "ru", OtherPath: "/demo/ru", OtherName: "Русский",
	Notice:  "Demonstration site: the company does not exist, requests go to this very demo hub.",
	Company: "Bright House", Title: "Windows and doors that keep you warm",
	Lead: "We measure, make and fit windows, balconies and doors. Free measuring, fitted in a day, five years of warranty.",
	Ask:  "A price within the hour", AskText: "Leave your number and a manager will call you back with a price. Or call us:",
	Phone: "+7 495 000-00-01",
	Offers: []offer{
		{"Windows", "Double glazing, warm frames, fitted to standard.", "from 14,900 ₽"},
		{"Balconies", "Cold and warm glazing, finished inside.", "from 42,000 ₽"},
		{"Doors", "Front and inside doors, delivered and fitted.", "from 11,500 ₽"},
	},
	Footer: "A ctihub demo. Names, numbers and prices are invented.",
}

// Site returns the website with the form of SiteSource, to be mounted at
// /demo/. /demo/ itself answers in the visitor's language.
func Site() http.Handler {
	ru, en := render(russian), render(english)
	mux := http.NewServeMux()
	serve := func(kind string, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			h.Set("Content-Type", kind)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "+
				"img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
			_, _ = w.Write(body)
		}
	}
	const html = "text/html; charset=utf-8"
	mux.HandleFunc("GET /demo/ru", serve(html, ru))
	mux.HandleFunc("GET /demo/en", serve(html, en))
	mux.HandleFunc("GET /demo/style.css", serve("text/css; charset=utf-8", style))
	mux.HandleFunc("GET /demo/{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept-Language")
		if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "ru") {
			serve(html, ru)(w, r)
			return
		}
		serve(html, en)(w, r)
	})
	return mux
}

func render(p page) []byte {
	p.Source = SiteSource
	var b bytes.Buffer
	if err := template.Must(template.New("page").Parse(pageText)).Execute(&b, p); err != nil {
		panic(fmt.Sprintf("the demo page of this build is broken: %v", err))
	}
	return b.Bytes()
}
