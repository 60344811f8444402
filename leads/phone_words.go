package leads

import "strings"

// Words beside numbers, folded as by [foldPhone].

func wordSet(lists ...string) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for _, w := range strings.Fields(list) {
			set[w] = true
		}
	}
	return set
}

var (
	// extensionWords announce an extension.
	extensionWords = wordSet(
		"ext extn extension xt xtn x х # * int p w",
		"доб добав добавочный добавочн тон тональный дод додатковий вн внут внутр внутренний внутрішній унутр унутраны қосымша ішкі",
		"poste interno interna interior anexo ramal rml rm",
		"durchwahl dw nebenstelle nst klappe kl app apparat toestel tst anknytning ankn lokal lok lokalnummer alanumero",
		"wew wewn wewnętrzny linka klapka mellék mell dahili dah binnennummer",
		"分机 分機 转 轉 內線 内線 내선 داخلي שלוחה",
	)
	// phoneWords announce a phone number, or name its kind.
	phoneWords = wordSet(
		"тел телеф телефон телефоны телефоном т моб мобильный мобильн мобила м сот сотовый раб рабочий дом домашний гор городской конт контактный номер",
		"мобільний роб стаціонарний телефону",
		"tel tél tels telephone téléphone phone phones ph mobile mob cell cellphone landline work home office number nr no nº telefon telefonnummer telefono teléfono telefone fon handy mobil móvil movil celular cel fijo fixe portable cellulare cell tlf tel_no komórka kom gsm puh tfn",
		"電話 电话 手机 携帯 전화 هاتف",
	)
	// addressSchemes begin an address with a number in it.
	addressSchemes = wordSet("sip sips tel callto whatsapp viber skype sms smsto")
	// numberWords may stand between another word and its number.
	numberWords = wordSet("номер номера number numbers num no nr n nº numero número numéro nummer numer serie серия")
	// joinWords stand between two numbers.
	joinWords = wordSet("и или й та або і and or und oder et ou y o e i lub oraz")
	// accountWords announce numbers that are never phone numbers, however grouped.
	accountWords = wordSet(
		"инн кпп огрн огрнип окпо оквэд октмо бик снилс паспорт паспорта омс полис иин бин унп єдрпоу едрпоу іпн рнокпп корсчет",
		"р/с к/с л/с iban bic vat ssn ein itin cpf cnpj rg rfc curp cuit cuil dni nif cif nie pesel nip regon krs siret siren ico dic ustid kvk bsn imei iccid vin passport",
		"card карта карты карте карту visa mastercard кадастровый координаты gps lat lon lng isbn ean",
	)
	// orderWords are beginnings of words that announce numbers of things. A number that is
	// grouped like a phone number is a phone number nevertheless.
	orderWords = []string{
		"заказ", "замовлен", "договор", "договір", "счет", "рахун", "артикул", "накладн", "трек", "чек", "заявк", "обращени", "тикет", "лицев", "абонент",
		"order", "invoice", "account", "ticket", "tracking", "customer", "contract", "case", "serial", "bestell", "rechnung", "auftrag", "kunden", "vertrag",
		"commande", "facture", "pedido", "factura", "fattura", "ordine", "zamówien", "faktur",
	}
	orderShort = wordSet("арт art id ид код code ref sku поз вх исх uid guid uuid")
	// exchangeWords are channel technologies of Asterisk: "PJSIP/100".
	exchangeWords = wordSet("sip pjsip iax iax2 dahdi local motif khomp dongle")
	// unitWords follow an amount.
	unitWords = wordSet(
		"руб рубль рубля рублей р коп тыс млн млрд тг тенге грн гривен eur euro euros usd rub rur kzt uah byn pln kr sek nok dkk zł chf gbp",
		"шт штук кг гр м2 м3 км мм см pcs kg km items",
	)
)

func isOrderWord(w string) bool {
	if orderShort[w] {
		return true
	}
	for _, begin := range orderWords {
		if strings.HasPrefix(w, begin) {
			return true
		}
	}
	return false
}
