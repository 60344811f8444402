package posted

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const (
	asJSON  = "application/json"
	asForm  = "application/x-www-form-urlencoded"
	asParts = "multipart/form-data; boundary=X"
)

// query writes names and values as a form.
func query(pairs ...string) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		parts = append(parts, url.QueryEscape(pairs[i])+"="+url.QueryEscape(pairs[i+1]))
	}
	return strings.Join(parts, "&")
}

func multi(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		b.WriteString("--X\r\nContent-Disposition: form-data; name=\"" + pairs[i] + "\"\r\n\r\n" + pairs[i+1] + "\r\n")
	}
	return b.String() + "--X--\r\n"
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func in1251(s string) string {
	b, err := charmap.Windows1251.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return b
}

func inKOI8(s string) string {
	b, err := charmap.KOI8R.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return b
}

func in16(e unicode.Endianness, bom unicode.BOMPolicy, s string) string {
	b, err := unicode.UTF16(e, bom).NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return b
}

// person is the data found in a body: values of one role in order, joined by " | ".
type person struct{ name, phone, email, subject, message string }

func read(v Value) (p person) {
	join := func(roles ...Role) string {
		var all []string
		for _, f := range Fields(v) {
			if slices.Contains(roles, f.Role) && f.Value != "" {
				all = append(all, f.Value)
			}
		}
		return strings.Join(all, " | ")
	}
	return person{join(Name, FirstName, MiddleName, LastName), join(Phone), join(Email), join(Subject), join(Message)}
}

// The shapes are those that the vendors document or their users report; the
// people are made up.
func TestVendors(t *testing.T) {
	anna := person{name: "Анна", phone: "+7 916 123-45-67"}
	asked := person{name: "Анна", phone: "+7 916 123-45-67", message: "Сколько стоит?"}
	mailed := person{name: "Анна", phone: "+7 916 123-45-67", email: "anna@client.example", message: "Сколько стоит?"}
	for name, c := range map[string]struct {
		kind, body string
		want       person
	}{
		"Tilda": {asForm, query("Name", "Анна", "Phone", "+7 916 123-45-67", "Email", "anna@client.example", "Comments", "Сколько стоит?",
			"tranid", "12345:67890", "formid", "form12345", "formname", "Footer", "COOKIES", "tildauid=1; TILDAUTM=utm_source%3Dya"), mailed},
		"Tilda, own variables": {asForm, query("ma_name", "Анна", "ma_phone", "+7 916 123-45-67", "ma_email", "anna@client.example", "Textarea", "Сколько стоит?"), mailed},
		"Tilda, a basket": {asForm, query("Name", "Анна", "Phone", "+7 916 123-45-67", "payment[sys]", "cash", "payment[products][0][name]", "Шкаф", "payment[products][0][amount]", "1000",
			"paymentsystem", "cash"), anna},
		"Tilda, the basket as JSON": {asForm, query("Name", "Анна", "Phone", "+7 916 123-45-67", "payment", `{"amount":"1000","products":[{"name":"Шкаф","quantity":1}]}`), anna},
		"Elementor":                 {asForm, query("Имя", "Анна", "Номер телефона", "+7 916 123-45-67", "Ваш вопрос", "Сколько стоит?", "Date", "28.11.2026", "Time", "10:00", "User Agent", "Mozilla", "form_name", "Заявка"), asked},
		"Elementor, advanced": {asForm, query("form[id]", "9de22fa", "form[name]", "Заявка",
			"fields[name][id]", "name", "fields[name][type]", "text", "fields[name][title]", "", "fields[name][value]", "Анна", "fields[name][raw_value]", "Анна",
			"fields[field_a1b2c3d][id]", "field_a1b2c3d", "fields[field_a1b2c3d][type]", "tel", "fields[field_a1b2c3d][title]", "", "fields[field_a1b2c3d][value]", "+7 916 123-45-67",
			"fields[field_77aa][type]", "textarea", "fields[field_77aa][title]", "Комментарий", "fields[field_77aa][value]", "Сколько стоит?",
			"meta[page_url][title]", "Page URL", "meta[page_url][value]", "https://site.example/"), asked},
		"Elementor, order of keys turned": {asForm, query("fields[x1][value]", "+7 916 123-45-67", "fields[x1][type]", "tel", "fields[x2][value]", "Анна", "fields[x2][title]", "Как вас зовут?"), anna},
		"Contact Form 7":                  {asForm, query("your-name", "Анна", "your-tel", "+7 916 123-45-67", "your-email", "anna@client.example", "your-message", "Сколько стоит?", "_wpcf7", "12", "_wpcf7_locale", "ru_RU"), mailed},
		"WPForms": {asJSON, `{"form_id":"5","entry_id":9,"fields":{"0":{"name":"Имя","value":"Анна","id":0,"type":"text"},"1":{"name":"Телефон","value":"+7 916 123-45-67","id":1,"type":"phone"},
			"2":{"name":"Сообщение","value":"Сколько стоит?","id":2,"type":"textarea"}}}`, asked},
		"Ninja Forms":                 {asJSON, `{"form_id":"1","fields":{"1":{"id":1,"key":"name_1","label":"Имя","type":"textbox","value":"Анна"},"2":{"id":2,"key":"phone_2","label":"Tel.","type":"phone","value":"+7 916 123-45-67"}}}`, anna},
		"Gravity Forms by number":     {asJSON, `{"form_id":"3","1.3":"Anna","1.6":"Ivanova","4":"+7 916 123-45-67","5.1":"Lenina 1","5.3":"Perm","5.5":"614000","5.6":"Russia"}`, person{name: "Anna | Ivanova", phone: "+7 916 123-45-67"}},
		"Fluent Forms":                {asJSON, `{"names":{"first_name":"Анна"},"phone":"+7 916 123-45-67","email":"anna@client.example","message":"Сколько стоит?","__submission":{"id":"7","form_id":"2","browser":"Chrome"}}`, mailed},
		"Fluent Forms, numeric_field": {asForm, query("names[first_name]", "Анна", "phone", "+7 916 123-45-67", "__fluent_form_embded_post_id", "7"), anna},
		"Jotform": {asParts, multi("formID", "2633", "submissionID", "59", "formTitle", "Заявка", "ip", "192.0.2.1",
			"rawRequest", `{"slug":"submit/2633","q3_name":{"first":"Анна","last":""},"q4_phoneNumber":{"full":"+7 916 123-45-67"},"q5_email":"anna@client.example","q6_comment":"Сколько стоит?","event_id":"1_2"}`,
			"pretty", "Имя:Анна, Телефон:+7 916 123-45-67"), mailed},
		"Jotform, a phone in parts":          {asParts, multi("rawRequest", `{"q3_fullName3":{"first":"Anna","last":"Ivanova"},"q6_phoneNumber6":{"area":"916","phone":"1234567"}}`), person{name: "Anna | Ivanova", phone: "916 1234567"}},
		"Jotform answers of the API":         {asJSON, `{"answers":{"3":{"name":"fullName","text":"Имя","type":"control_fullname","answer":{"first":"Анна","last":""}},"4":{"name":"input4","text":"Куда звонить","type":"control_phone","answer":{"full":"+7 916 123-45-67"}}}}`, anna},
		"Jotform, the line of answers alone": {asParts, multi("formID", "1", "pretty", "Имя:Анна, Телефон:+7 916 123-45-67, Вопрос:Сколько стоит?"), asked},
		"Typeform":                           {asJSON, `{"event_id":"e","event_type":"form_response","form_response":{"form_id":"f","definition":{"fields":[{"id":"n1","title":"Как вас зовут?","type":"short_text"},{"id":"p1","title":"Куда звонить?","type":"phone_number"}]},"answers":[{"type":"text","text":"Анна","field":{"id":"n1","type":"short_text","ref":"aa-1"}},{"type":"phone_number","phone_number":"+7 916 123-45-67","field":{"id":"p1","type":"phone_number","ref":"aa-2"}}]}}`, anna},
		"Typeform without the definition":    {asJSON, `{"form_response":{"answers":[{"field":{"ref":"name","type":"short_text"},"type":"text","text":"Анна"},{"field":{"ref":"x","type":"phone_number"},"type":"phone_number","phone_number":"+7 916 123-45-67"},{"field":{"ref":"y"},"type":"email","email":"anna@client.example"},{"field":{"ref":"message"},"type":"text","text":"Сколько стоит?"}]}}`, mailed},
		"Meta lead ads":                      {asJSON, `{"id":"1","created_time":"2026-11-28T10:00:00+0000","ad_id":"2","form_id":"3","field_data":[{"name":"full_name","values":["Анна"]},{"name":"phone_number","values":["+7 916 123-45-67"]},{"name":"email","values":["anna@client.example"]},{"name":"your_question","values":["Сколько стоит?"]}]}`, mailed},
		"Meta lead ads, first and last":      {asJSON, `{"field_data":[{"name":"first_name","values":["Anna"]},{"name":"last_name","values":["Ivanova"]},{"name":"phone","values":["+7 916 123-45-67"]}]}`, person{name: "Anna | Ivanova", phone: "+7 916 123-45-67"}},
		"Google Forms, namedValues":          {asJSON, `{"namedValues":{"Отметка времени":["28.11.2026 10:00:00"],"Ваше имя":["Анна"],"Номер телефона для связи":["+7 916 123-45-67"],"Комментарий":["Сколько стоит?"]},"values":["28.11.2026 10:00:00"],"range":{"rowStart":2}}`, asked},
		"Google Forms, questions":            {asJSON, `{"formTitle":"Заявка","responses":[{"question":"Имя","answer":"Анна"},{"question":"Телефон","answer":"+7 916 123-45-67"},{"question":"Ваш вопрос","answer":"Сколько стоит?"}]}`, asked},
		"Apps Script, JSON as a form":        {asForm, `{"name":"Анна","phone":"+7 916 123-45-67","message":"Сколько стоит?"}`, asked},
		"Wix":                                {asJSON, `{"data":{"formName":"Контакты","submissions":[{"label":"Имя","value":"Анна"},{"label":"Телефон","value":"+7 916 123-45-67"},{"label":"Сообщение","value":"Сколько стоит?"}],"submissionTime":"2026-11-28T10:00:00Z","formId":"a"}}`, asked},
		"Wix, contact":                       {asJSON, `{"data":{"contact":{"name":{"first":"Анна"},"email":"anna@client.example","contactId":"c"},"field:phone_1":"+7 916 123-45-67","field:message":"Сколько стоит?"}}`, mailed},
		"Squarespace over Zapier":            {asJSON, `{"Form Name":"Contact","Name":"Анна","Email":"anna@client.example","Phone Number":"+7 916 123-45-67","Message":"Сколько стоит?","Submitted On":"11/28/2026 10:00:00"}`, mailed},
		"Marquiz":                            {asJSON, `{"answers":[{"q":"Какой шкаф?","a":"Белый"},{"q":"Размеры","a":["2 м","3 м"]}],"contacts":{"name":"Анна","phone":"+7 916 123-45-67","email":"anna@client.example","text":"Сколько стоит?"},"quiz":{"id":"q","name":"Шкафы"},"extra":{"href":"https://site.example/","utm":{"source":"ya"}}}`, mailed},
		"Marquiz, flat":                      {asJSON, `{"name":"Анна","phone":"+7 916 123-45-67","answers":[{"q":"Как вас зовут ваши друзья на работе?","a":"Аня"}],"quiz":{"name":"Тест"}}`, anna},
		"Flexbe":                             {asJSON, `{"event":"lead","data":{"id":1,"num":5,"client":{"name":"Анна","phone":"+7 916 123-45-67","email":"anna@client.example"},"form_data":{"comment":{"name":"Комментарий","type":"text","value":"Сколько стоит?"}},"page":{"name":"Главная","url":"https://site.example/"}}}`, mailed},
		"amoCRM, contacts":                   {asForm, query("contacts[add][0][id]", "1", "contacts[add][0][name]", "Анна", "contacts[add][0][custom_fields][0][id]", "7", "contacts[add][0][custom_fields][0][name]", "Телефон", "contacts[add][0][custom_fields][0][code]", "PHONE", "contacts[add][0][custom_fields][0][values][0][value]", "+7 916 123-45-67", "contacts[add][0][custom_fields][0][values][0][enum]", "9", "account[subdomain]", "firm"), anna},
		"amoCRM, unsorted form":              {asForm, query("unsorted[add][0][source_data][data][name_1][type]", "text", "unsorted[add][0][source_data][data][name_1][id]", "name", "unsorted[add][0][source_data][data][name_1][name]", "Ваше имя", "unsorted[add][0][source_data][data][name_1][value]", "Анна", "unsorted[add][0][source_data][data][8_1][type]", "multitext", "unsorted[add][0][source_data][data][8_1][name]", "Телефон", "unsorted[add][0][source_data][data][8_1][value][0]", "+7 916 123-45-67", "unsorted[add][0][source_data][form_name]", "Форма"), anna},
		"amoCRM v4":                          {asJSON, `{"name":"Анна","custom_fields_values":[{"field_id":1,"field_name":"Телефон","field_code":"PHONE","values":[{"value":"+7 916 123-45-67","enum_code":"WORK"}]}]}`, anna},
		"Bitrix24":                           {asForm, query("fields[NAME]", "Анна", "fields[PHONE][0][VALUE]", "+7 916 123-45-67", "fields[PHONE][0][VALUE_TYPE]", "WORK", "fields[EMAIL][0][VALUE]", "anna@client.example", "fields[COMMENTS]", "Сколько стоит?", "fields[SOURCE_ID]", "WEB"), mailed},
		"Bitrix24, kinds of phones":          {asForm, query("NAME", "Анна", "PHONE_MOBILE", "+7 916 123-45-67", "EMAIL_WORK", "anna@client.example", "COMMENTS", "Сколько стоит?"), mailed},
		"Bitrix24 as JSON":                   {asJSON, `{"NAME":"Анна","PHONE":[{"VALUE":"+7 916 123-45-67","VALUE_TYPE":"MOBILE"}],"COMMENTS":"Сколько стоит?"}`, asked},
		"LPgenerator":                        {asForm, query("name", "Анна", "phone", "+7 916 123-45-67", "ip", "192.0.2.1", "lp_title", "Окна", "page_url", "https://site.example/", "lead_id", "4711"), anna},
		"a list of all items (n8n, Make)":    {asJSON, `[{"name":"Анна","phone":"+7 916 123-45-67"}]`, anna},
		"n8n items":                          {asJSON, `[{"json":{"body":{"name":"Анна","phone":"+7 916 123-45-67"}}}]`, anna},
		"Albato, contacts.phone":             {asJSON, `{"contacts.name":"Анна","contacts.phone":"+7 916 123-45-67"}`, anna},
		"Zapier, nested names":               {asForm, query("data__contact__name", "Анна", "data__contact__phone", "+7 916 123-45-67"), anna},
		"jQuery serializeArray":              {asJSON, `[{"name":"name","value":"Анна"},{"name":"tel","value":"+7 916 123-45-67"},{"name":"comment","value":"Сколько стоит?"}]`, asked},
		"HubSpot":                            {asJSON, `{"fields":[{"objectTypeId":"0-1","name":"firstname","value":"Анна"},{"objectTypeId":"0-1","name":"mobilephone","value":"+7 916 123-45-67"}],"context":{"pageName":"Contact"}}`, anna},
		"HubSpot properties":                 {asJSON, `{"vid":1,"properties":{"firstname":{"value":"Анна","versions":[]},"phone":{"value":"+7 916 123-45-67"},"email":{"value":"anna@client.example"},"message":{"value":"Сколько стоит?"}}}`, mailed},
		"Webflow":                            {asJSON, `{"triggerType":"form_submission","payload":{"name":"Contact Form","siteId":"s","data":{"Name":"Анна","Phone":"+7 916 123-45-67","Message":"Сколько стоит?"},"id":"1"}}`, asked},
		"WooCommerce order":                  {asJSON, `{"id":1,"status":"processing","billing":{"first_name":"Anna","last_name":"Ivanova","company":"","email":"anna@client.example","phone":"+7 916 123-45-67"},"line_items":[{"id":1,"name":"Шкаф"}],"payment_method_title":"Cash"}`, person{name: "Anna | Ivanova", phone: "+7 916 123-45-67", email: "anna@client.example"}},
		"Yandex Forms":                       {asJSON, `{"id":"9","answer":{"data":{"answer_short_text_1":{"value":"Анна","question":{"slug":"answer_short_text_1","label":{"ru":"Ваше имя"}}},"answer_2":{"value":"+7 916 123-45-67","question":{"slug":"answer_2","label":{"ru":"Телефон"}}}}}}`, anna},
		"Jotform and its user":               {asParts, multi("formID", "1", "username", "firm", "rawRequest", `{"q3_name":{"first":"Анна"},"q4_phone":{"area":"916","phone":"1234567"}}`), person{name: "Анна", phone: "916 1234567"}},
		"a phone and the code to dial":       {asJSON, `{"name":"Анна","phone":{"dialCode":"+7","nationalNumber":"9161234567","iso2":"ru"}}`, person{name: "Анна", phone: "+7 9161234567"}},
		"addresses of a list":                {asJSON, `{"contact":{"fullName":"Анна","phoneNumbers":["+7 916 123-45-67"],"emails":["anna@client.example"]}, "message":"Сколько стоит?"}`, mailed},
		"one or the other":                   {asJSON, `{"Имя":"Анна","Телефон":"+7 916 123-45-67","Телефон или почта":"anna@client.example","Комментарий":"Сколько стоит?"}`, mailed},
		"a nought behind the body":           {asJSON, `{"name":"Анна","phone":"+7 916 123-45-67"}` + "\n\x00", anna},
		"Google Ads":                         {asJSON, `{"lead_id":"L","user_column_data":[{"column_name":"Full Name","string_value":"Анна","column_id":"FULL_NAME"},{"column_name":"User Phone","string_value":"+7 916 123-45-67","column_id":"PHONE_NUMBER"}],"form_id":1,"campaign_id":2,"google_key":"k","is_test":false}`, anna},
		"TikTok":                             {asJSON, `{"object":"LEAD","entry":[{"id":"1","changes":[{"field":"name","value":"Анна"},{"field":"phone_number","value":"+7 916 123-45-67"}]}]}`, anna},
		"Tally":                              {asJSON, `{"eventType":"FORM_RESPONSE","data":{"formName":"Contact","fields":[{"key":"question_a","label":"Имя","type":"INPUT_TEXT","value":"Анна"},{"key":"question_b","label":"Куда?","type":"INPUT_PHONE_NUMBER","value":"+7 916 123-45-67"}]}}`, anna},
		"Mautic":                             {asJSON, `{"mautic.form_on_submit":[{"submission":{"id":1,"form":{"id":2,"name":"Заявка"},"results":{"f_name":"Анна","phone":"+7 916 123-45-67"}}}]}`, anna},
		"MetForm":                            {asJSON, `{"mf-first-name":"Анна","mf-telephone":"+7 916 123-45-67","mf-comments":"Сколько стоит?"}`, asked},
		"Divi":                               {asForm, query("et_pb_contact_name_0", "Анна", "et_pb_contact_phone_0", "+7 916 123-45-67", "et_pb_contact_message_0", "Сколько стоит?"), asked},
		"JivoSite, its agents":               {asJSON, `{"event_name":"offline_message","visitor":{"name":"Анна","phone":"+7 916 123-45-67"},"message":"Сколько стоит?","agents":[{"id":1,"name":"Олег","phone":"+74951112235","email":"oleg@firm.example"}]}`, asked},
		"entries of a browser's form":        {asJSON, `[["Представьтесь","Анна"],["phone","+7 916 123-45-67"],["comment","Сколько стоит?"]]`, asked},
		"phones by their sort":               {asJSON, `{"lead":{"name":{"ru":"Анна"},"phones":{"main":"+7 916 123-45-67","work":"+7 495 123-45-67"},"emails":[{"label":"home","address":"anna@client.example"}],"address":"Тверь"}}`, person{name: "Анна", phone: "+7 916 123-45-67 | +7 495 123-45-67", email: "anna@client.example"}},
		"a phone in two notations":           {asJSON, `{"contact_person":"Анна","contact":{"tel":{"e164":"+79161234567","country":"RU"}}}`, person{name: "Анна", phone: "+79161234567"}},
		"a client's number":                  {asJSON, `{"client":{"number":"12","address":"Тверь"},"phone":"+7 916 123-45-67"}`, person{phone: "+7 916 123-45-67"}},
		"contacts in words":                  {asForm, query("Имя", "Анна", "Контактные данные", "+7 916 123-45-67"), anna},
		"numbers of the company and things": {asJSON, `{"phone":"+7 916 123-45-67","to_number":"84951110001","to_phone":"84951110002","tracked_number":"84951110003","called_number":"84951110004","our_phone":"84951110005",
			"order_number":"84951110006","Номер заказа":"84951110007","Номер договора":"84951110008","referrer_phone":"84951110009","phone_mask":"+7 (999) 999-99-99","phone_example":"+7 912 345-67-89","contacted":"2026-11-28 14:05:00"}`, person{phone: "+7 916 123-45-67"}},
		"a salon and its doctor":         {asJSON, `{"name":"Анна","phone":"+7 916 123-45-67","salon":{"name":"Центр","phone":"84951110001"},"doctor":{"name":"Пётр","phone":"84951110002","email":"doc@firm.example"},"Телефон салона":"84951110003","line_number":"74951110004"}`, anna},
		"only an object of another name": {asJSON, `{"pupil":{"phone":"+7 916 123-45-67"}}`, person{phone: "+7 916 123-45-67"}},
		"labels in two languages":        {asForm, query("Name / Имя", "Анна", "Phone / Телефон", "+7 916 123-45-67", "Телефон/Email", ""), anna},
		"a parent":                       {asForm, query("Имя родителя", "Анна", "На какой номер перезвонить?", "+7 916 123-45-67", "Когда перезвонить на телефон?", "с 10:00 до 18:00"), anna},
		"WhatsApp":                       {asForm, query("Имя", "Анна", "WhatsApp", "+7 916 123-45-67"), anna},
		"Elementor, one id random": {asForm, query("fields[name][value]", "Анна", "fields[name][type]", "text", "fields[email][value]", "anna@client.example", "fields[email][type]", "email",
			"fields[message][value]", "Сколько стоит?", "fields[message][type]", "textarea", "fields[field_a1b2c3d][value]", "+7 916 123-45-67", "fields[field_a1b2c3d][type]", "tel", "fields[cell_tel][value]", "", "fields[cell_tel][type]", "tel"), mailed},
		"an id that is a word":            {asForm, query("fields[email][value]", "anna@client.example", "fields[email][type]", "email", "fields[zvonok][value]", "+7 916 123-45-67", "fields[zvonok][type]", "tel"), person{phone: "+7 916 123-45-67", email: "anna@client.example"}},
		"phones of a list":                {asJSON, `{"client":{"fullName":"Анна","phones":[{"number":"+7 916 123-45-67","type":"mobile"}]}}`, anna},
		"JSON twice encoded":              {asForm, query("payload", quoted(`{"name":"Анна","phone":"+7 916 123-45-67"}`)), anna},
		"JSON twice encoded as the body":  {asJSON, quoted(`{"name":"Анна","phone":"+7 916 123-45-67"}`), anna},
		"JSON with PHP's backslashes":     {asForm, query("json", `{\"name\":\"Анна\",\"phone\":\"+7 916 123-45-67\"}`), anna},
		"JSON escaped as a form":          {asForm, url.QueryEscape(`{"name":"Анна","phone":"+7 916 123-45-67"}`) + "=", anna},
		"JSON without a type":             {"", `{"name":"Анна","phone":"+7 916 123-45-67"}`, anna},
		"JSON as text/plain":              {"text/plain;charset=UTF-8", `{"name":"Анна","phone":"+7 916 123-45-67"}`, anna},
		"JSON under a broken type":        {"application/json; charset", `{"name":"Анна","phone":"+7 916 123-45-67"}`, anna},
		"a form as text/plain":            {"text/plain", query("name", "Анна", "phone", "+7 916 123-45-67"), anna},
		"a form in lines":                 {"text/plain", "name=Анна\r\nphone=+7 916 123-45-67\r\n", anna},
		"a form without a type":           {"", query("name", "Анна", "phone", "+7 916 123-45-67"), anna},
		"a form without its boundary":     {"multipart/form-data", multi("name", "Анна", "phone", "+7 916 123-45-67"), anna},
		"BOM":                             {asJSON, "\ufeff" + `{"name":"Анна","phone":"+7 916 123-45-67"}`, anna},
		"BOM of a form":                   {asForm, "\ufeff" + query("name", "Анна", "phone", "+7 916 123-45-67"), anna},
		"UTF-16 with a BOM":               {asJSON, in16(unicode.LittleEndian, unicode.UseBOM, `{"name":"Анна","phone":"+7 916 123-45-67"}`), anna},
		"UTF-16 without":                  {asJSON, in16(unicode.BigEndian, unicode.IgnoreBOM, `{"name":"Анна","phone":"+7 916 123-45-67"}`), anna},
		"windows-1251 in JSON":            {asJSON, in1251(`{"name":"Анна","phone":"+7 916 123-45-67","comment":"Сколько стоит?"}`), asked},
		"windows-1251 in JSON, declared":  {asJSON + "; charset=windows-1251", in1251(`{"Имя":"Анна","Телефон":"+7 916 123-45-67"}`), anna},
		"windows-1251 in parts":           {asParts, in1251(multi("Имя", "Анна", "Телефон", "+7 916 123-45-67")), anna},
		"windows-1251, declared as UTF-8": {asForm + "; charset=utf-8", query(in1251("имя"), in1251("Анна"), "phone", "+7 916 123-45-67"), anna},
		"UTF-8, declared as Latin":        {asForm + "; charset=iso-8859-1", query("имя", "Анна", "phone", "+7 916 123-45-67"), anna},
		"a part in windows-1251":          {asParts, "--X\r\nContent-Disposition: form-data; name=\"name\"\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\n" + in1251("Анна") + "\r\n" + multi("phone", "+7 916 123-45-67", "comment", "Сколько стоит?"), asked},
		"KOI8-R":                          {asForm, query("name", inKOI8("Анна"), "phone", "+7 916 123-45-67", "message", inKOI8("Сколько стоит?")), asked},
		"capitals in windows-1251":        {asForm, query("name", in1251("АННА ИВАНОВА"), "phone", "+7 916 123-45-67"), person{name: "АННА ИВАНОВА", phone: "+7 916 123-45-67"}},
		"Ukrainian":                       {asForm, query("Ім’я", "Анна", "Номер телефону", "+7 916 123-45-67", "Електронна пошта", "anna@client.example", "Повідомлення", "Сколько стоит?"), mailed},
		"Ukrainian, one by one":           {asJSON, `{"Прізвище":"Іванова","По батькові":"Іванівна","Мобільний телефон":"+7 916 123-45-67"}`, person{name: "Іванова | Іванівна", phone: "+7 916 123-45-67"}},
		"German":                          {asForm, query("Vorname", "Анна", "Telefonnummer", "+7 916 123-45-67", "E-Mail-Adresse", "anna@client.example", "Ihre Nachricht", "Сколько стоит?"), mailed},
		"French":                          {asForm, query("Prénom", "Анна", "Téléphone", "+7 916 123-45-67", "Adresse e-mail", "anna@client.example", "Votre message", "Сколько стоит?"), mailed},
		"Spanish":                         {asForm, query("Nombre completo", "Анна", "Número de teléfono", "+7 916 123-45-67", "Correo electrónico", "anna@client.example", "Mensaje", "Сколько стоит?"), mailed},
		"questions in words":              {asForm, query("Как к вам обращаться?", "Анна", "Напишите телефон, по которому вам удобно ответить *", "+7 916 123-45-67", "Что вас интересует?", "Шкаф"), anna},
		"a form in an input":              {asForm, query("action", "send_mail", "data", query("name", "Анна", "phone", "+7 916 123-45-67", "message", "Сколько стоит?")), asked},
		"a spreadsheet's number":          {asJSON, `{"phone":7.9161234567e10}`, person{phone: "79161234567"}},
		"numbers":                         {asJSON, `{"phone":79161234567,"agree":true,"rooms":2,"note":null}`, person{phone: "79161234567"}},
		"a name twice":                    {asForm, query("phone", "+7 916 123-45-67", "phone", "+7 495 123-45-67"), person{phone: "+7 916 123-45-67 | +7 495 123-45-67"}},
		"a phone whose name says nothing": {asForm, query("input_1", "Анна", "input_2", "+7 916 123-45-67"), person{phone: "+7 916 123-45-67"}},
		"a deal with a value":             {asJSON, `{"name":"Анна","phone":"+7 916 123-45-67","value":1000,"type":"deal"}`, anna},
		"not the person's":                {asJSON, `{"phone":"+7 916 123-45-67","manager":{"name":"Олег","phone":"+7 495 000-00-00"},"shop":{"email":"shop@firm.example"},"product":{"name":"Шкаф"},"form_name":"Footer","phone_type":"mobile","delivery_time":"10:00","city":{"name":"Тверь"}}`, person{phone: "+7 916 123-45-67"}},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := Read(c.kind, []byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			posts := Posts(v)
			if len(posts) != 1 {
				t.Fatalf("%d posts", len(posts))
			}
			if got := read(posts[0]); got != c.want {
				t.Errorf("\ngot  %+v\nwant %+v\nof %+v", got, c.want, Fields(posts[0]))
			}
		})
	}
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
