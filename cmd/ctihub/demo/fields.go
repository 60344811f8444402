package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"ctihub/leads"
	"ctihub/leads/fields"
	"ctihub/leads/pipeline"
)

// Codes of the custom fields of the office.
const (
	fieldBirthday = "birthday"
	fieldSegment  = "segment"
	fieldBudget   = "budget"
	fieldDelivery = "delivery_address"
	fieldRating   = "rating"
	fieldContract = "contract"
)

// segments are the choices of fieldSegment.
var segments = []string{"Частный клиент", "Застройщик", "Дизайнер"}

// addFields gives the office custom fields, the budget required from the contract with a repeat
// customer on; not again after an interruption.
func addFields(ctx context.Context, o Office, v leads.Viewer) error {
	all, err := o.Fields.All(ctx)
	if err != nil {
		return err
	}
	pipelines, err := o.Pipeline.Pipelines(ctx)
	if err != nil {
		return err
	}
	var contract []string
	for _, s := range pipelines[len(pipelines)-1].Stages {
		if s.Names.EN == "Договор" {
			contract = append(contract, s.ID)
		}
	}
	listed, days := true, int64(3)
	var choices []fields.ChoiceEdit
	for _, s := range segments {
		choices = append(choices, fields.ChoiceEdit{Name: s})
	}
	for _, f := range []struct {
		code, name string
		object     leads.CustomObject
		kind       leads.CustomKind
		edit       fields.Edit
	}{
		{fieldBirthday, "День рождения", leads.CustomOfContact, leads.CustomDate, fields.Edit{RemindDays: &days}},
		{fieldSegment, "Сегмент", leads.CustomOfContact, leads.CustomChoose, fields.Edit{Listed: &listed, Choices: choices}},
		{fieldBudget, "Бюджет", leads.CustomOfLead, leads.CustomMoney, fields.Edit{RequiredFrom: &contract}},
		{fieldDelivery, "Адрес доставки", leads.CustomOfLead, leads.CustomText, fields.Edit{}},
		{fieldRating, "Оценка разговора", leads.CustomOfInteraction, leads.CustomNumber, fields.Edit{}},
		{fieldContract, "Номер договора", leads.CustomOfCompany, leads.CustomText, fields.Edit{Listed: &listed}},
	} {
		there := false
		for _, is := range all {
			there = there || is.ID == f.code
		}
		if there {
			continue
		}
		f.edit.Name = &f.name
		if _, err := o.Fields.Add(ctx, v, f.code, f.object, f.kind, f.edit); err != nil {
			return fmt.Errorf("adding the custom field %s: %w", f.code, err)
		}
	}
	return nil
}

// budgeted adds to an edit that moves a lead the customer's budget, unless that is known.
func budgeted(l leads.Lead, e pipeline.Edit) pipeline.Edit {
	amount := l.Amount
	if e.Amount != nil {
		amount = *e.Amount
	}
	if !l.Fields.Has(fieldBudget) && amount > 0 {
		e.Fields = leads.CustomValues{
			fieldBudget:   json.RawMessage(`{"amount":` + strconv.FormatInt(amount/10_000_00*11_000_00+10_000_00, 10) + `,"currency":"RUB"}`),
			fieldDelivery: json.RawMessage(strconv.Quote("ул. Цветочная, д. " + strconv.FormatInt(1+l.Opened.Unix()%80, 10))),
		}
	}
	return e
}

// customOf are custom fields of the n-th contact.
func customOf(n int) leads.CustomValues {
	born := fmt.Sprintf("%d-%02d-%02d", 1960+n*7%40, 1+n*5%12, 1+n*11%28)
	return leads.CustomValues{fieldBirthday: json.RawMessage(strconv.Quote(born)), fieldSegment: json.RawMessage(strconv.Quote(segments[n%len(segments)]))}
}
