package letter

import (
	"regexp"
	"strings"
)

// What devices and apps add to a letter of themselves: "Sent from my iPhone",
// by language, with the device or app, and hardly a word behind it.
var (
	deviceLead = regexp.MustCompile(`(?i)^(?:` +
		`sent (?:from|via|with|by|using)|from my|` +
		`отправлено (?:с|со|от|из|через|в|при помощи|с помощью)|` +
		`(?:надіслано|відправлено) (?:з|із|зі|через|за допомогою)|` +
		`von(?: mein(?:em|er|em/meiner))?|gesendet (?:von|vom|mit|über|aus)|diese nachricht wurde von mein(?:em|er)|` +
		`envoyé (?:de|depuis|à partir|avec|par|via)|` +
		`enviad[oa] (?:desde|con|a través de|por|do)|` +
		`inviato (?:da|dal|dalla|dallo|con|tramite)|` +
		`wysłan[eoya] (?:z|ze|za pomocą|przez|w)|` +
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
	// "Get Outlook for iOS", by language.
	outlookFor = regexp.MustCompile(`(?i)^(?:\p{L}+\s+){0,4}outlook\s+(?:for|для|für|pour|para|per|dla|na|voor)\s+(?:systemu\s+)?(?:ios|iphone|ipad|android|mac|macos|windows)(?:\s+(?:\p{L}+|\d+))?\.?(?:\s*<?https?://\S*)?$`)
	// "my TI-85", and what follows a device in more words.
	modelRE = regexp.MustCompile(`^my(?: [\p{Lu}\d][\w-]*){1,4}\.?$`)
	// A device of somebody else: no program says that of its own.
	othersRE     = anyOf(`(?:^|\s)(?:ваш|наш|клиент|заказчик|замовник|менеджер|your|our|his|her|their|euer|ihr|unser|votre|notre|vostr|nostr|wasz|nasz)\p{L}*\s`)
	sorryRE      = regexp.MustCompile(`(?i)excuse|typo|brevity|кратк|опечат|gesendet\.?$`)
	linkInAngles = regexp.MustCompile(`\s*<https?://\S*>`)
)

// deviceWords are the first words of deviceLead.
var deviceWords = setOf("sent from get download отправлено скачать скачайте получить получите загрузить загрузите установить надіслано відправлено отримати отримайте завантажити завантажте " +
	"von gesendet diese holen laden outlook envoyé obtenir obtenez télécharger téléchargez enviado enviada obtener obtén obtenga descargar consigue " +
	"inviato ottieni ottenere scarica wysłane wysłana wysłano wysłany pobierz uzyskaj verzonden verstuurd skickat sendt")

func setOf(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// withoutDevices leaves out the lines that devices and apps added. They add whole paragraphs: a
// line between others is the writer's.
func withoutDevices(lines []string) []string {
	added := make([]bool, len(lines))
	apart := func(i int) bool {
		return i < 0 || i >= len(lines) || added[i] || blank(lines[i]) || isDelimiter(lines[i])
	}
	kept := lines[:0:0]
	for i, line := range lines {
		added[i] = deviceLine(line)
	}
	for i, line := range lines {
		if !added[i] || !apart(i-1) && !apart(i+1) {
			kept = append(kept, line)
		}
	}
	return kept
}

// deviceLine reports whether a line is one that a device or an app added.
func deviceLine(line string) bool {
	s := strings.Trim(line, " \t()[]<>*")
	word, _, _ := strings.Cut(s[:min(len(s), 40)], " ")
	if len(s) > 250 || !deviceWords[strings.ToLower(word)] {
		return false // cheaper than an expression for every line
	}
	s = strings.Trim(linkInAngles.ReplaceAllString(s, ""), " ()[]<>*")
	if outlookFor.MatchString(s) {
		return true
	}
	lead := deviceLead.FindString(s)
	if lead == "" || strings.HasSuffix(s, "?") || hasDate(s) {
		return false
	}
	rest := s[len(lead):]
	if strings.EqualFold(strings.TrimSpace(lead), "von") && !strings.HasSuffix(strings.TrimRight(s, "."), "gesendet") {
		return false
	}
	for i, at := range deviceName.FindAllStringIndex(" "+rest, 5) {
		before, behind := strings.Fields((" " + rest)[:at[0]]), (" " + rest)[at[1]:]
		few := len(strings.Fields(behind)) <= 3 && !strings.Contains(behind, ",")
		if len(before) <= 4+3*min(i, 1) && (few || sorryRE.MatchString(behind)) && !othersRE.MatchString(rest) {
			return true
		}
	}
	return modelRE.MatchString(rest)
}
