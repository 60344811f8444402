package letter

import (
	"regexp"
	"strings"
)

// What devices and apps add to a letter of themselves: "Sent from my iPhone",
// by language, with the device or app, and hardly a word behind it.
var (
	deviceLead = regexp.MustCompile(`(?i)^(?:` +
		`sent (?:from|via|with|by|using)|from my|(?:get|download) outlook for|` +
		`отправлено (?:с|со|от|из|через|в|при помощи|с помощью)|(?:скачать|скачайте|получить|загрузить|установить) outlook|` +
		`(?:надіслано|відправлено) (?:з|із|зі|через|за допомогою)|(?:отримати|отримайте|завантажити|завантажте) outlook|` +
		`von(?: mein(?:em|er|em/meiner))?|gesendet (?:von|vom|mit|über|aus)|diese nachricht wurde von mein(?:em|er)|(?:holen sie sich |laden sie )?outlook für|` +
		`envoyé (?:de|depuis|à partir|avec|par|via)|(?:obtenir|obtenez|télécharger|téléchargez) outlook|` +
		`enviad[oa] (?:desde|con|a través de|por|do)|(?:obtener|obtén|obtenga|descargar|consigue) outlook|` +
		`inviato (?:da|dal|dalla|dallo|con|tramite)|(?:ottieni|ottenere|scarica) outlook|` +
		`wysłan[eoya] (?:z|ze|za pomocą|przez|w)|(?:pobierz|uzyskaj)(?: aplikację| program)? outlook|` +
		`verzonden (?:met|vanaf|vanuit)|verstuurd vanaf|skickat från|sendt fra` +
		`)(?:\s|$)`)
	deviceName = regexp.MustCompile(`(?i)(?:^|[\s'’"«(])(?:` +
		`iphone|ipad|ios|mymail|mailbox|ipod|macbook|my mac|android|samsung|galaxy|xiaomi|redmi|poco|huawei|honor|nokia|sony|xperia|lg|htc|lenovo|motorola|oppo|vivo|realme|oneplus|pixel|blackberry|` +
		`windows|outlook|gmail|gmx|web\.de|t-online|yahoo|aol|proton|protonmail|tutanota|tuta|spark|airmail|bluemail|mailbird|thunderbird|k-9|zoho|acompli|typeapp|blue|nine|polymail|hiver|front|telekom mail|rambler|рамблер|` +
		`mail\.ru|почты mail|мобильной почты|приложения|яндекс.?почт\p{L}*|почты для windows|битрикс24|bitrix24|ukr\.net|libero|orange|onet|interia|` +
		`mobile|phone|smartphone|tablet|cell|device|handheld|` +
		`телефона|смартфона|планшета|устройства|мобильного|телефону|смартфону|планшету|пристрою|` +
		`handy|mobiltelefon|mobilgerät|gerät|` +
		`mobile|portable|téléphone|appareil|smartphone|tablette|` + //nolint:misspell // French
		`móvil|movil|teléfono|celular|dispositivo|tableta|` +
		`cellulare|telefono|telefonu|smartfona|urządzenia|tabletu|komórki` +
		`)['’]?\p{L}{0,3}(?:[\s.,)"»/-]|$)`)
	// "my TI-85", and what follows a device in more words.
	modelRE      = regexp.MustCompile(`^my(?: [\p{Lu}\d][\w-]*){1,4}\.?$`)
	sorryRE      = regexp.MustCompile(`(?i)excuse|typo|brevity|кратк|опечат|gesendet\.?$`)
	linkInAngles = regexp.MustCompile(`\s*<https?://\S*>`)
)

// deviceWords are the first words of deviceLead.
var deviceWords = setOf("sent from get download отправлено скачать скачайте получить загрузить установить надіслано відправлено отримати отримайте завантажити завантажте " +
	"von gesendet diese holen laden outlook envoyé obtenir obtenez télécharger téléchargez enviado enviada obtener obtén obtenga descargar consigue " +
	"inviato ottieni ottenere scarica wysłane wysłana wysłano wysłany pobierz uzyskaj verzonden verstuurd skickat sendt")

func setOf(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// deviceLine reports whether a line is one that a device or an app added.
func deviceLine(line string) bool {
	s := strings.Trim(line, " \t()[]<>*")
	word, _, _ := strings.Cut(s[:min(len(s), 40)], " ")
	if len(s) > 250 || !deviceWords[strings.ToLower(word)] {
		return false // cheaper than an expression for every line
	}
	s = strings.Trim(linkInAngles.ReplaceAllString(s, ""), " ()[]<>*")
	lead := deviceLead.FindString(s)
	if lead == "" || strings.HasSuffix(s, "?") || dateRE.MatchString(s) {
		return false
	}
	rest := s[len(lead):]
	if strings.Contains(strings.ToLower(lead), "outlook") {
		return len(strings.Fields(rest)) <= 3
	}
	if strings.EqualFold(strings.TrimSpace(lead), "von") && !strings.HasSuffix(strings.TrimRight(s, "."), "gesendet") {
		return false
	}
	for i, at := range deviceName.FindAllStringIndex(" "+rest, 5) {
		before, behind := strings.Fields((" " + rest)[:at[0]]), (" " + rest)[at[1]:]
		if len(before) <= 4+3*min(i, 1) && (len(strings.Fields(behind)) <= 3 || sorryRE.MatchString(behind)) {
			return true
		}
	}
	return modelRE.MatchString(rest)
}
