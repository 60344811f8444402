package telegram

import (
	"encoding/json"
	"math/big"
	"strings"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/answers"
	"ctihub/leads"
)

// payment is what the payments of the Bot API have in common.
type payment struct {
	Currency string      `json:"currency"`     // ISO 4217, or XTR for Telegram Stars
	Total    json.Number `json:"total_amount"` // in the smallest units of the currency
	Payload  string      `json:"invoice_payload"`
	Delivery string      `json:"shipping_option_id"`
	Order    *struct {
		Name    string          `json:"name"`
		Phone   string          `json:"phone_number"`
		Email   string          `json:"email"`
		Address json.RawMessage `json:"shipping_address"`
	} `json:"order_info"`
}

// Currencies whose smallest unit is not the hundredth part
// (core.telegram.org/bots/payments, supported currencies; TON counts in nano).
var digitsOf = map[string]int{
	"CLP": 0, "ISK": 0, "JPY": 0, "KRW": 0, "PYG": 0, "UGX": 0, "VND": 0, "XAF": 0, "XOF": 0, "XTR": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3, "TON": 9,
}

// amount is the sum with its currency, such as "1500.00 RUB".
func (p payment) amount() string {
	total, ok := new(big.Int).SetString(p.Total.String(), 10)
	if !ok {
		return strings.TrimSpace(p.Total.String() + " " + p.Currency)
	}
	places, known := digitsOf[p.Currency]
	if !known {
		places = 2
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	sum := new(big.Rat).SetFrac(total, unit).FloatString(places)
	return strings.TrimSpace(sum + " " + strings.Replace(p.Currency, "XTR", "⭐", 1))
}

// order describes an order. Name, phone and address are the customer's own, from
// Telegram's order form: phone and e-mail identify the customer.
func (p payment) order(t *leads.Touch, lang string) string {
	said := []string{payload(p.Payload)}
	if o := p.Order; o != nil {
		said = append(said, o.Name, o.Phone, o.Email, address(o.Address))
		if o.Phone != "" {
			t.From = append(t.From, leads.Identity{Kind: leads.KindPhone, Value: wholePhone(o.Phone)})
		}
		if o.Email != "" {
			t.From = append(t.From, leads.Identity{Kind: leads.KindEmail, Value: o.Email})
		}
		if t.Name == "" {
			t.Name = o.Name
		}
	}
	if p.Delivery != "" {
		said = append(said, words[lang].shipTo+": "+p.Delivery)
	}
	return vendors.Lines(said...)
}

// wholePhone adds the plus that Telegram leaves out before a country code.
func wholePhone(phone string) string {
	if phone != "" && !strings.HasPrefix(phone, "+") && len(phone) > 10 && phone == onlyDigits(phone) {
		return "+" + phone
	}
	return phone
}

// address is a postal address in one line.
func address(raw json.RawMessage) string {
	f, ok := answers.Read(raw)
	if !ok {
		return ""
	}
	byName := map[string]string{}
	for _, x := range f {
		byName[x.Name] = x.Value
	}
	var parts []string
	for _, name := range []string{"post_code", "country_code", "state", "city", "street_line1", "street_line2"} {
		if v := byName[name]; v != "" {
			parts = append(parts, v)
		}
	}
	return strings.Join(parts, ", ")
}
