package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// made posts a record and returns it.
func made[T any](h *hubtest.Hub, token, path string, body any) (record T) {
	h.T.Helper()
	status, answer := h.Request(http.MethodPost, token, path, body)
	if err := json.Unmarshal(answer, &record); err != nil || status != http.StatusCreated {
		h.T.Fatalf("%s: %d %s", path, status, answer)
	}
	return record
}

// companyWithLine makes a company with a person and all details, and a contact by its shared number that waits for an answer.
func companyWithLine(h *hubtest.Hub, token string) (company, line string) {
	h.T.Helper()
	c := made[leads.Company](h, token, "/api/v1/companies", map[string]any{
		"name": "Окна Плюс", "legal_name": "Общество с ограниченной ответственностью «Окна Плюс и сыновья»", "country": "RU", "tax_id": "7707083893", "kpp": "773601001",
		"address": "Москва, ул. Вавилова, 19", "warning": "Платят с задержкой", "notes": "Счета – по понедельникам.",
	})
	made[leads.Contact](h, token, "/api/v1/contacts", map[string]any{"name": "Семён Лыжин", "company_id": c.ID, "role": "заместитель директора по закупкам"})
	status, answer := h.Request(http.MethodPut, token, "/api/v1/companies/"+c.ID+"/phones/+74951112233", nil)
	if err := json.Unmarshal(answer, &c); err != nil || status != http.StatusOK || c.LineID == "" {
		h.T.Fatalf("the shared number: %d %s", status, answer)
	}
	return c.ID, c.LineID
}

// Anna makes a company of a firm whose front desk calls with one number: its people with their roles, that
// number, which was one customer's until now, and the details for the invoice, where a mistyped INN is
// refused at its field. The number rings: the card asks who is calling, she says so by keys alone, corrects
// a wrong choice, and the call is the right person's. The search finds the company by its INN.
func TestBrowserCompanies(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t, pushedExchange(t))
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager, "101")
	made[leads.Contact](h, anna, "/api/v1/contacts", map[string]any{"name": "Семён Лыжин", "identities": []leads.Identity{{Kind: "email", Value: "semen@example.com"}}})
	made[leads.Contact](h, anna, "/api/v1/contacts", map[string]any{"name": "Пётр Скворцов", "company": "Окна Плюс", "identities": []leads.Identity{{Kind: "phone", Value: "+79161234567"}}})
	b := hubtest.NewBrowser(t)
	k := keyboard{t, b, "anna"}
	do := func(what, selector, value string) {
		t.Helper()
		b.Do(what, "anna", map[string]any{"selector": selector, "value": value})
	}
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/companies", "cards": false})
	k.sees(".empty:has-text('No companies yet')")
	do("click", "[data-new-company]", "")
	do("fill", ".dialog input[name=name]", "Окна Плюс")
	do("click", ".dialog button[type=submit]", "")
	k.sees("[data-company] h1:has-text('Окна Плюс')")
	k.sees("[data-person]:has-text('Пётр Скворцов')") // had the name as a text

	k.reach("[data-add-person]")
	k.key("Enter")
	k.sees(".company-add input[name=person]:focus")
	k.write("лыжин")
	k.sees("[role=option]:has-text('Семён Лыжин')")
	k.key("ArrowDown", "Enter")
	k.sees("[data-person]:has-text('Семён Лыжин')")
	do("click", "[data-person]:has-text('Семён Лыжин') .icon-button", "")
	do("fill", "[data-person] input[name=role]", "бухгалтер")
	k.sees("[data-person] [data-saved=role]:has-text('Saved')")
	do("click", "[data-person]:has-text('Семён Лыжин') .icon-button", "")
	k.sees("[data-person]:has-text('Семён Лыжин'):has-text('бухгалтер')")

	do("click", "[data-add-shared]", "")
	do("fill", "input[name=shared]", "12")
	do("press", "input[name=shared]", "Enter")
	k.sees(".company-add .refused:has-text('Give one phone number')")
	do("fill", "input[name=shared]", "8 916 123-45-67")
	do("press", "input[name=shared]", "Enter")
	k.sees(".company-add [role=alert]:has-text('belongs to a customer') a:has-text('Open the customer')")
	do("click", "[data-take-over]", "")
	k.sees("[data-shared='+79161234567']")

	do("fill", "input[name=domain]", "gmail.com")
	do("press", "input[name=domain]", "Enter")
	k.sees(".side .refused:has-text('own domain')")
	do("fill", "input[name=domain]", "Окна-Плюс.example")
	do("press", "input[name=domain]", "Enter")
	k.sees("[data-domain]:has-text('окна-плюс.example')")

	do("click", "[data-edit-details]", "")
	do("fill", "input[name=legal_name]", "ООО «Окна Плюс»")
	do("click", ".company-details .pick-button", "")
	do("click", "[role=option]:has-text('Russia')", "")
	do("fill", "input[name=tax_id]", "7707083890")
	do("fill", "input[name=kpp]", "773601001")
	do("click", ".company-details button[type=submit]", "")
	k.sees(".company-details .refused:has-text('This INN is mistyped')")
	do("fill", "input[name=tax_id]", "7707 083893")
	do("fill", "input[name=kpp]", "77360100")
	do("click", ".company-details button[type=submit]", "")
	k.sees(".company-details .refused:has-text('A KPP has 9 characters')")
	do("fill", "input[name=kpp]", "773601001")
	do("click", ".company-details button[type=submit]", "")
	k.sees(".side:has-text('7707083893'):has-text('773601001'):has-text('ООО «Окна Плюс»')")
	if wrong := b.Do("axe", "anna", map[string]any{"selector": "body"}); wrong != "" {
		t.Errorf("axe on the company: %v", wrong)
	}

	pushRing(h, "c1", "101")
	k.sees(".dock [data-card][data-state=ringing]:has-text('Shared number of Окна Плюс: who is calling?')")
	pushAnswer(h, "c1", "101")
	k.sees(".dock [data-card][data-state=talking]")
	if wrong := b.Do("axe", "anna", map[string]any{"selector": ".dock"}); wrong != "" {
		t.Errorf("axe on the card: %v", wrong)
	}
	k.key("F4")
	k.sees(".dock [role=combobox][name=person]:focus")
	k.write("пётр")
	k.sees(".dock [role=option][aria-selected=true]:has-text('Пётр Скворцов')")
	k.key("Enter")
	k.sees(".dock .card-name:has-text('Пётр Скворцов')")
	k.reach(".dock .came-by-shared .link-button") // it was not Pyotr
	k.key("Enter")
	k.sees(".dock [role=combobox][name=person]:focus")
	k.write("Ольга Синицына")
	k.sees(".dock [role=option]:has-text('New person')")
	for b.Do("count", "anna", map[string]any{"selector": ".dock [role=option][aria-selected=true]:has-text('New person')"}) == float64(0) {
		k.key("ArrowDown")
	}
	k.key("Enter")
	k.sees(".dock .card-name:has-text('Ольга Синицына')")
	k.sees(".dock .card-who:has-text('Окна Плюс')")

	people := hubtest.List[leads.Contact](h, anna, "/api/v1/contacts", nil)
	of := map[string]leads.Contact{}
	for _, c := range people {
		of[c.Name] = c
	}
	olga := of["Ольга Синицына"]
	calls := hubtest.List[leads.CallRecord](h, anna, "/api/v1/calls", nil)
	if len(calls) != 1 || calls[0].ContactID != olga.ID || olga.CompanyID == "" || len(olga.Identities) != 0 {
		t.Errorf("the calls are %+v, Olga is %+v", calls, olga)
	}
	push(h, "c1", "hangup", map[string]any{"cause": "normalClearing"})
	k.sees(".dock [data-card][data-state=ended]")
	do("click", ".dock [data-aside]", "")

	// On the company's page the call is Olga's; back at the shared number it waits for an answer there.
	k.sees("[data-company] .lead-main [data-interaction] a:has-text('Ольга Синицына')")
	do("click", "[data-company] .lead-main a:has-text('Ольга Синицына')", "")
	k.sees("[data-contact] h1:has-text('Ольга Синицына')")
	do("click", ".lead-main .came-by-shared .link-button", "")
	do("click", ".lead-main [role=option]:has-text('back to the shared number')", "")
	do("click", "[data-company-of] a:has-text('Окна Плюс')", "")
	do("click", "[data-line]", "")
	k.sees(".line-question:has-text('who is calling?')")
	do("click", ".line-question [role=option]:has-text('Семён Лыжин')", "")
	k.sees(".line-question [data-done] a:has-text('Семён Лыжин')")

	k.key("Control+k")
	k.sees(".palette input:focus")
	k.write("7707083893")
	k.sees("[role=option][aria-selected=true][data-hit=company]:has-text('Окна Плюс')")
	k.key("Enter")
	k.sees("[data-company] h1:has-text('Окна Плюс')")
	k.sees("[data-company] .lead-main [data-interaction] a:has-text('Семён Лыжин')")

	// Semyon has an open lead by now: the next call goes there, and so does the page of the line's lead.
	pushRing(h, "c2", "101")
	k.sees(".dock [data-card][data-state=ringing]")
	var shared leads.Lead
	waitFor(t, "the lead of the shared number", func() bool {
		for _, l := range hubtest.List[leads.Lead](h, anna, "/api/v1/leads", url.Values{"open": {"true"}}) {
			if l.Shared {
				shared = l
			}
		}
		return shared.ID != ""
	})
	b.Do("goto", "anna", map[string]any{"url": h.URL + "/leads/" + shared.ID})
	k.sees("[data-lead='" + shared.ID + "'] .line-question:has-text('who is calling?')")
	do("click", ".line-question [role=option]:has-text('Семён Лыжин')", "")
	k.sees("[data-lead] h1:has-text('Семён Лыжин')")
	waitFor(t, "one lead of the two calls", func() bool {
		calls := hubtest.List[leads.CallRecord](h, anna, "/api/v1/calls", nil)
		return len(calls) == 2 && calls[0].LeadID == calls[1].LeadID && calls[0].ContactName == "Семён Лыжин"
	})
}

// On a customer's page the company is typed, made a company of, left, and chosen again from what the typing finds;
// a new customer is put into it with a role.
func TestBrowserCompanyOfAContact(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	c := made[leads.Contact](h, anna, "/api/v1/contacts", map[string]any{"name": "Семён Лыжин"})
	b := hubtest.NewBrowser(t)
	k := keyboard{t, b, "anna"}
	do := func(what, selector, value string) {
		t.Helper()
		b.Do(what, "anna", map[string]any{"selector": selector, "value": value})
	}
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/contacts/" + c.ID})
	k.reach("[data-saved=company] input")
	k.write("Окна Плюс")
	k.key("Enter")
	k.sees("[data-saved=company]:has-text('Saved')")
	do("click", "[data-make-company]", "")
	k.sees("[data-company-of] a[href^='/companies/']:has-text('Окна Плюс')")
	do("fill", "[data-saved=role] input", "директор")
	k.sees("[data-saved=role]:has-text('Saved')")
	do("click", "[data-company-of] .link-button:has-text('Remove')", "")
	k.sees("[data-saved=company] input")
	do("fill", "[data-saved=company] input", "окна")
	k.sees("[data-saved=company] [role=option]:has-text('Окна Плюс')")
	do("press", "[data-saved=company] input", "ArrowDown")
	do("press", "[data-saved=company] input", "Enter")
	k.sees("[data-company-of] a[href^='/companies/']:has-text('Окна Плюс')")

	do("click", "a[href='/contacts']", "")
	do("click", "[data-new-contact]", "")
	do("fill", ".dialog input[name=name]", "Ольга")
	do("fill", ".dialog input[name=company]", "окна")
	do("click", ".dialog [role=option]:has-text('Окна Плюс')", "")
	do("fill", ".dialog input[name=role]", "инженер")
	do("click", ".dialog button[type=submit]", "")
	k.sees("[data-contact] h1:has-text('Ольга')")
	do("click", "[data-company-of] a", "")
	k.sees("[data-person]:has-text('Ольга'):has-text('инженер')")
	k.sees("[data-person]:has-text('Семён Лыжин')")

	// The list of companies finds it, a view keeps the search, and the customers can be restricted to it.
	do("click", "[data-company] .back", "")
	do("fill", ".search input", "плюс")
	k.sees("tr[data-company]:has-text('Окна Плюс')")
	do("click", ".views-button", "")
	do("click", ".views .button", "")
	do("fill", ".dialog input[name=name]", "Плюсы")
	do("click", ".dialog button[type=submit]", "")
	k.sees(".views-button:has-text('Плюсы')")
	made[leads.Contact](h, anna, "/api/v1/contacts", map[string]any{"name": "Пётр"})
	do("click", "a[href='/contacts']", "")
	k.sees("tr[data-contact]:has-text('Пётр')")
	do("fill", "input[name=company-filter]", "окна")
	do("click", "[role=option]:has-text('Окна Плюс')", "")
	waitFor(t, "two customers", func() bool {
		return b.Do("count", "anna", map[string]any{"selector": "tr[data-contact]"}) == float64(2)
	})

	// Boris reads Anna's company, and changes nothing of it.
	h.Person("boris", "Борис Титов", leads.RoleManager)
	of := hubtest.List[leads.Company](h, anna, "/api/v1/companies", nil)
	b.Do("open", "boris", map[string]any{"url": h.URL, "login": "boris", "password": hubtest.Password, "path": "/companies/" + of[0].ID})
	b.Do("wait", "boris", map[string]any{"selector": "[data-company] .side:has-text('Анна Орлова or a supervisor can hand the company over')"})
	if n := b.Do("count", "boris", map[string]any{"selector": "[data-saved], [data-add-shared], [data-edit-details], input[name=domain], [data-delete-company]"}); n != float64(0) {
		t.Errorf("Boris may change %v things of Anna's company", n)
	}
}
