package vk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/answers"
	"ctihub/leads"
)

// userTouch returns the touch of a user's action; user 0: VK does not say who.
func (c *community) userTouch(ctx context.Context, user int64, u update) *leads.Touch {
	t := &leads.Touch{
		ExternalID: eventKey(u), Channel: leads.ChannelVK, Direction: leads.In, At: c.now(), To: c.address(), Raw: u.raw(),
	}
	if user > 0 {
		t.From = []leads.Identity{{Kind: identity, Value: strconv.FormatInt(user, 10)}}
		t.Name = c.names.lookup(ctx, user)
	}
	return t
}

// money is VK's price: amount in hundredths of the currency, and as people read it.
type money struct {
	Text     string `json:"text"`
	Amount   number `json:"amount"`
	Currency struct {
		Name string `json:"name"` // ISO 4217
	} `json:"currency"`
}

// String is the price as people read it; empty for none.
func (m money) String() string {
	if m.Text != "" || m.Amount <= 0 {
		return m.Text
	}
	return strings.TrimSpace(fmt.Sprintf("%d.%02d %s", m.Amount/100, m.Amount%100, m.Currency.Name))
}

// orderTouch returns the touch of an order in the community's shop. A change of the
// order replaces its text.
func (c *community) orderTouch(ctx context.Context, u update) *leads.Touch {
	type good struct {
		Title    string `json:"title"`
		Quantity text   `json:"quantity"`
		InCart   text   `json:"cart_quantity"`
		Price    money  `json:"price"`
	}
	type order struct {
		ID        number `json:"id"`
		UserID    number `json:"user_id"`
		Date      number `json:"date"`
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
	if vendors.DecodeLenient(u.Object, &wrapped) == nil && wrapped.Order != nil {
		o = *wrapped.Order
	} else if err := vendors.DecodeLenient(u.Object, &o); err != nil {
		return c.unreadable(u)
	}
	if o.ID == 0 || o.UserID <= 0 && o.Recipient.Phone == "" && o.Recipient.Email == "" && o.Recipient.Name == "" {
		return c.unreadable(u)
	}
	t := c.userTouch(ctx, int64(o.UserID), u)
	t.ExternalID = fmt.Sprintf("order:%d:%d", o.UserID, o.ID)
	if at := unix(int64(o.Date)); !at.IsZero() {
		t.At = at
	}
	if u.Type == "market_order_edit" {
		t.Edited = c.now()
	}
	number := string(o.Number)
	if number == "" {
		number = strconv.FormatInt(int64(o.ID), 10)
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
		said = append(said, joined(", ", line, i.Price.String()))
	}
	said = append(said, o.Total.String())
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
	if a.String() != "" {
		return a
	}
	return b
}

func joined(with string, of ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(of), func(s string) bool { return strings.TrimSpace(s) == "" }), with)
}

// paymentTouch returns the touch of a payment: a transfer by VK Pay, or a subscription.
func (c *community) paymentTouch(ctx context.Context, u update) *leads.Touch {
	var p struct {
		FromID      int64       `json:"from_id"`
		UserID      int64       `json:"user_id"`
		Amount      json.Number `json:"amount"` // of VK Pay in thousandths of a rouble, of VK Donut in roubles
		New         json.Number `json:"amount_new"`
		Description string      `json:"description"`
		Date        int64       `json:"date"`
	}
	if err := vendors.DecodeLenient(u.Object, &p); err != nil || firstOf(p.FromID, p.UserID) <= 0 {
		return c.unreadable(u)
	}
	t := c.userTouch(ctx, firstOf(p.FromID, p.UserID), u)
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

// appTouch returns the touch of what a mini app of the community sent for a user
// (app_payload), such as a filled-in order.
func (c *community) appTouch(ctx context.Context, u update) *leads.Touch {
	var p struct {
		UserID  int64           `json:"user_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if err := vendors.DecodeLenient(u.Object, &p); err != nil || p.UserID <= 0 {
		return c.unreadable(u)
	}
	t := c.userTouch(ctx, p.UserID, u)
	var said string
	if json.Unmarshal(p.Payload, &said) != nil {
		said = string(p.Payload)
	}
	if f, ok := answers.ReadText(said); ok {
		said, t.Offered = f.String(), f.Identities()
	}
	t.Text = joined("\n", "["+c.say.app+"]", said)
	return t
}
