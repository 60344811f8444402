package demo

import (
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/leads/pipeline"
)

// wares are what customers want, with the price of an order in hundredths of a rouble.
var wares = []struct {
	name  string
	price int64
}{
	{"Окна в квартиру", 148_000_00}, {"Балкон под ключ", 215_000_00}, {"Входная дверь", 62_500_00}, {"Замена стеклопакета", 14_300_00}, {"Остекление офиса", 890_000_00},
}

// addPipelines gives the office a stage for offers, and a pipeline of its own for repeat customers;
// not again after an interruption.
func addPipelines(ctx context.Context, o Office, v leads.Viewer) error {
	all, err := o.Pipeline.Pipelines(ctx)
	if err != nil || len(all) > 1 {
		return err
	}
	var stages []pipeline.StageEdit
	for _, s := range all[0].Stages {
		stages = append(stages, pipeline.StageEdit{ID: s.ID, Name: s.Names.EN, Kind: s.Kind, Probability: s.Probability})
		if s.ID == "working" {
			stages = append(stages, pipeline.StageEdit{Name: "Предложение отправлено", Kind: leads.StageOpen, Probability: 70, Required: []leads.StageField{leads.NeedsAmount}})
		}
	}
	if _, err := o.Pipeline.ChangePipeline(ctx, v, all[0].ID, pipeline.Setup{Stages: stages}); err != nil {
		return fmt.Errorf("adding a stage: %w", err)
	}
	name, yes := "Повторные продажи", true
	if _, err := o.Pipeline.AddPipeline(ctx, v, pipeline.Setup{Name: &name, TakesRepeat: &yes, Stages: []pipeline.StageEdit{
		{Name: "Связаться", Kind: leads.StageOpen, Probability: 30}, {Name: "Замер", Kind: leads.StageOpen, Probability: 60}, {Name: "Договор", Kind: leads.StageOpen, Probability: 85},
		{Name: "Продано", Kind: leads.StageWon, Probability: 100}, {Name: "Не купили", Kind: leads.StageLost},
	}}); err != nil {
		return fmt.Errorf("adding a pipeline: %w", err)
	}
	return nil
}

// valued adds to an edit what the lead is worth, unless that is known.
func (p *past) valued(l leads.Lead, e pipeline.Edit) pipeline.Edit {
	if l.Amount == 0 {
		ware := wares[p.rand.IntN(len(wares))]
		price := ware.price * int64(70+p.rand.IntN(60)) / 100 / 100_00 * 100_00
		e.Amount, e.Product = &price, &ware.name
	}
	return e
}

// further is the open stage after that of a lead; empty for the last one.
func (p *past) further(l leads.Lead) string {
	for _, one := range p.pipelines {
		for n, s := range one.Stages[:len(one.Stages)-1] {
			if next := one.Stages[n+1]; s.ID == l.StageID && next.Kind == leads.StageOpen && !next.Retired {
				return next.ID
			}
		}
	}
	return ""
}
