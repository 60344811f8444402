package vk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ctihub/connectors"
	"ctihub/connectors/answers"
	"ctihub/leads"
)

// by is the touch of what a user did, whom VK names by the id; 0: it names nobody.
func (c *community) by(ctx context.Context, user int64, u update) *leads.Touch {
	t := &leads.Touch{
		ExternalID: eventKey(u), Channel: leads.ChannelVK, Direction: leads.In, At: c.now(), To: c.address(), Raw: u.raw(),
	}
	if user > 0 {
		t.From = []leads.Identity{{Kind: identity, Value: strconv.FormatInt(user, 10)}}
		t.Name = c.names.of(ctx, user)
	}
	return t
}

// form is a lead form that was filled in (lead_forms_new). The answers are the
// person's own data, given to be called back.
func (c *community) form(ctx context.Context, u update) *leads.Touch {
	var f struct {
		LeadID  text   `json:"lead_id"`
		UserID  int64  `json:"user_id"`
		FormID  text   `json:"form_id"`
		Name    string `json:"form_name"`
		AdID    text   `json:"ad_id"`
		Answers []struct {
			Key      string          `json:"key"`
			Question string          `json:"question"`
			Answer   json.RawMessage `json:"answer"` // a text; of several choices a list
		} `json:"answers"`
	}
	if err := connectors.DecodeLoosely(u.Object, &f); err != nil || len(f.Answers) == 0 && f.UserID <= 0 {
		return c.unreadable(u)
	}
	t := c.by(ctx, f.UserID, u)
	if f.LeadID != "" && f.LeadID != "0" {
		t.ExternalID = fmt.Sprintf("lead:%s:%s", f.FormID, f.LeadID)
	}
	t.UTM = map[string]string{"utm_source": "vk", "utm_medium": "lead_form", "utm_campaign": f.Name}
	if f.AdID != "" && f.AdID != "0" {
		t.UTM["utm_content"] = string(f.AdID)
	}
	said := []string{"[" + fmt.Sprintf(c.say.form, f.Name) + "]"}
	var given answers.Fields
	for _, a := range f.Answers {
		value := shownAnswer(a.Answer)
		if value == "" {
			continue
		}
		question := a.Question
		if question == "" {
			question = a.Key
		}
		said = append(said, question+": "+value)
		// The key of a ready-made question says what the answer is; without one
		// the question does.
		name := a.Key
		if len(answers.Fields{{Name: name, Value: value}}.Identities()) == 0 && !slices.Contains(nameKeys, name) {
			name = question
		}
		given = append(given, answers.Field{Name: name, Value: value})
	}
	t.Text = strings.Join(said, "\n")
	t.From = append(t.From, given.Identities()...)
	if name := given.Name(); name != "" {
		t.Name = name
	}
	return t
}

// nameKeys are the keys of VK's ready-made questions for the name.
var nameKeys = []string{"first_name", "last_name", "patronymic_name"}

// shownAnswer is an answer as people read it. Choices come as a list of texts,
// or of objects with a value each.
func shownAnswer(raw json.RawMessage) string {
	var plain text
	if _ = json.Unmarshal(raw, &plain); plain != "" {
		return strings.TrimSpace(string(plain))
	}
	var choices []struct {
		Value text `json:"value"`
	}
	if json.Unmarshal(raw, &choices) == nil {
		var all []string
		for _, x := range choices {
			all = append(all, string(x.Value))
		}
		return strings.Join(all, ", ")
	}
	f, _ := answers.Read(raw)
	return strings.Join(f.Lines(), ", ")
}

// money is VK's price: amount in hundredths, and as people read it.
type money struct {
	Text string `json:"text"`
}

// order is an order in the community's shop. A change of it replaces what was
// told before.
func (c *community) order(ctx context.Context, u update) *leads.Touch {
	type good struct {
		Title    string `json:"title"`
		Quantity text   `json:"quantity"`
		InCart   text   `json:"cart_quantity"`
		Price    money  `json:"price"`
	}
	type order struct {
		ID        int64  `json:"id"`
		UserID    int64  `json:"user_id"`
		Date      int64  `json:"date"`
		Number    text   `json:"display_order_id"`
		Status    text   `json:"status"`
		Comment   string `json:"comment"`
		Total     money  `json:"total_price"`
		Recipient struct {
			Name  string `json:"name"`
			Phone text   `json:"phone"`
			Email string `json:"email"`
		} `json:"recipient"`
		Delivery struct {
			Address string `json:"address"`
			Type    string `json:"type"`
			Point   struct {
				Address struct {
					Formatted string `json:"formatted"`
					Address   string `json:"address"`
				} `json:"address"`
			} `json:"delivery_point"`
		} `json:"delivery"`
		Items []struct {
			good
			Item *good `json:"item"`
		} `json:"preview_order_items"`
	}
	var o order
	var wrapped struct {
		Order *order `json:"order"`
	}
	if connectors.DecodeLoosely(u.Object, &wrapped) == nil && wrapped.Order != nil {
		o = *wrapped.Order
	} else if err := connectors.DecodeLoosely(u.Object, &o); err != nil {
		return c.unreadable(u)
	}
	if o.ID == 0 || o.UserID <= 0 && o.Recipient.Phone == "" && o.Recipient.Email == "" && o.Recipient.Name == "" {
		return c.unreadable(u)
	}
	t := c.by(ctx, o.UserID, u)
	t.ExternalID = fmt.Sprintf("order:%d:%d", o.UserID, o.ID)
	if at := unix(o.Date); !at.IsZero() {
		t.At = at
	}
	if u.Type == "market_order_edit" {
		t.Edited = c.now()
	}
	number := string(o.Number)
	if number == "" {
		number = strconv.FormatInt(o.ID, 10)
	}
	said := []string{"[" + fmt.Sprintf(c.say.ordered, number) + "]"}
	for _, i := range o.Items {
		if i.Item != nil {
			i.Title, i.Price = i.Item.Title, either(i.Price, i.Item.Price)
		}
		if i.Quantity == "" {
			i.Quantity = i.InCart
		}
		line := i.Title
		if i.Quantity != "" {
			line = string(i.Quantity) + " × " + line
		}
		said = append(said, joined(", ", line, i.Price.Text))
	}
	said = append(said, o.Total.Text)
	if s := orderStatus[o.Status]; s != [2]string{} {
		word := s[0]
		if c.Lang == langRussian {
			word = s[1]
		}
		said = append(said, fmt.Sprintf(c.say.status, word))
	}
	where := joined(", ", o.Delivery.Address, o.Delivery.Point.Address.Formatted, o.Delivery.Point.Address.Address)
	if d := joined(", ", o.Delivery.Type, where); d != "" {
		said = append(said, c.say.delivery+": "+d)
	}
	said = append(said, o.Recipient.Name, string(o.Recipient.Phone), o.Recipient.Email, o.Comment)
	t.Text = joined("\n", said...)
	if o.Recipient.Phone != "" {
		t.From = append(t.From, leads.Identity{Kind: leads.KindPhone, Value: string(o.Recipient.Phone)})
	}
	if o.Recipient.Email != "" {
		t.From = append(t.From, leads.Identity{Kind: leads.KindEmail, Value: o.Recipient.Email})
	}
	if o.Recipient.Name != "" {
		t.Name = o.Recipient.Name
	}
	return t
}

// orderStatus are VK's states of an order, in en and ru.
var orderStatus = map[text][2]string{
	"0": {"new", "новый"}, "1": {"being agreed", "согласуется"}, "2": {"being assembled", "собирается"}, "3": {"on its way", "доставляется"},
	"4": {"done", "выполнен"}, "5": {"cancelled", "отменён"}, "6": {"returned", "возвращён"},
}

func either(a, b money) money {
	if a.Text != "" {
		return a
	}
	return b
}

func joined(with string, of ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(of), func(s string) bool { return strings.TrimSpace(s) == "" }), with)
}

// paid is money that a user gave: a transfer by VK Pay, or a subscription.
func (c *community) paid(ctx context.Context, u update) *leads.Touch {
	var p struct {
		FromID      int64       `json:"from_id"`
		UserID      int64       `json:"user_id"`
		Amount      json.Number `json:"amount"` // of VK Pay in thousandths of a rouble, of VK Donut in roubles
		New         json.Number `json:"amount_new"`
		Description string      `json:"description"`
		Date        int64       `json:"date"`
	}
	if err := connectors.DecodeLoosely(u.Object, &p); err != nil || firstOf(p.FromID, p.UserID) <= 0 {
		return c.unreadable(u)
	}
	t := c.by(ctx, firstOf(p.FromID, p.UserID), u)
	if at := unix(p.Date); !at.IsZero() {
		t.At = at
	}
	roubles := p.Amount.String() + " ₽"
	if u.Type == "vkpay_transaction" {
		if n, err := p.Amount.Int64(); err == nil {
			roubles = fmt.Sprintf("%d.%02d ₽", n/1000, n%1000/10)
		}
	}
	if p.New != "" {
		roubles = p.New.String() + " ₽"
	}
	words := map[string]string{
		"vkpay_transaction": c.say.paid, "donut_subscription_create": c.say.donut, "donut_subscription_prolonged": c.say.prolonged,
		"donut_subscription_expired": c.say.expired, "donut_subscription_cancelled": c.say.cancelled, "donut_subscription_price_changed": c.say.price,
	}[u.Type]
	if strings.Contains(words, "%s") {
		words = fmt.Sprintf(words, roubles)
	}
	t.Text = joined("\n", "["+words+"]", p.Description)
	if u.Type != "vkpay_transaction" && u.Type != "donut_subscription_create" {
		t.Automatic = leads.Notice // goes on, or ends, without a new wish
	}
	return t
}

// sentByApp is what a mini app of the community sent in a user's name
// (app_payload), such as a filled-in order.
func (c *community) sentByApp(ctx context.Context, u update) *leads.Touch {
	var p struct {
		UserID  int64           `json:"user_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if err := connectors.DecodeLoosely(u.Object, &p); err != nil || p.UserID <= 0 {
		return c.unreadable(u)
	}
	t := c.by(ctx, p.UserID, u)
	var said string
	if json.Unmarshal(p.Payload, &said) != nil {
		said = string(p.Payload)
	}
	if f, ok := answers.Read([]byte(said)); ok {
		said, t.Offered = f.String(), f.Identities()
	}
	t.Text = joined("\n", "["+c.say.app+"]", said)
	return t
}
