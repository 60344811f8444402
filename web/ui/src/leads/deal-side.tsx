import { type FormEvent, useState } from 'react'
import type { Lead, PipelineStage } from '../api/client'
import { lacking, stageIn, stagesInUse, usePipelines } from '../api/pipelines'
import { seesAll, useMe } from '../api/session'
import { hundredths, money, typedAmount } from '../format/money'
import { lasting } from '../format/time'
import { useWords } from '../i18n'
import { useHubNow } from '../live/use'
import { Answers, Field, Pick } from '../parts/controls'
import { Meanwhile, Refused } from '../parts/faces'
import { InTheWay } from '../parts/in-the-way'
import { Fact, Side } from '../parts/side'
import { useSettings } from '../settings'
import { type Asking, MoveDialog } from './move'
import { type LeadPatch, useUpdateLead } from './queries'

/** Whether the user may change a lead. */
export function useMayChange(lead: Lead): boolean {
  const me = useMe()
  return !lead.manager_id || lead.manager_id === me.user.id || seesAll(me)
}

/** Where the lead stands and stood, and what it is worth. */
export function DealSide({ lead }: { lead: Lead }) {
  const w = useWords()
  const { lang } = useSettings()
  const [editing, setEditing] = useState(false)
  const at = stageIn(usePipelines().data, lead.stage_id)
  const may = useMayChange(lead)
  const day = lead.expected && new Intl.DateTimeFormat(lang === 'ru' ? 'ru-RU' : 'en-GB', { dateStyle: 'medium' }).format(new Date(`${lead.expected}T00:00`))
  return (
    <Side
      title={w.pipelines.deal}
      action={
        may && !editing ? (
          <button type="button" className="link-button" onClick={() => setEditing(true)}>
            {w.pipelines.edit}
          </button>
        ) : undefined
      }
    >
      {may && !lead.closed && <StagePick lead={lead} />}
      {editing ? (
        <Worth lead={lead} currency={at?.pipeline.currency ?? ''} done={() => setEditing(false)} />
      ) : (
        <dl>
          <Fact name={w.pipelines.fields.amount}>{lead.amount && lead.currency ? money(lead.amount, lead.currency, lang) : <span className="muted">{w.pipelines.unknown}</span>}</Fact>
          {lead.product && <Fact name={w.pipelines.fields.product}>{lead.product}</Fact>}
          {day && <Fact name={w.pipelines.fields.expected}>{day}</Fact>}
          {at && <Fact name={w.pipelines.fields.probability}>{`${lead.probability ?? at.stage.probability} %`}</Fact>}
        </dl>
      )}
      <Stays lead={lead} />
    </Side>
  )
}

/** The stages of the lead's pipeline; those of others are named with theirs. */
function StagePick({ lead }: { lead: Lead }) {
  const w = useWords()
  const { lang } = useSettings()
  const pipelines = (usePipelines().data ?? []).filter((p) => !p.retired)
  const update = useUpdateLead(lead)
  const [asking, setAsking] = useState<Asking | null>(null)
  const own = pipelines.filter((p) => p.id === lead.pipeline_id)
  const choices = [...own, ...pipelines.filter((p) => p.id !== lead.pipeline_id)].flatMap((p) =>
    stagesInUse(p).map((s) => ({ id: s.id, name: p.id === lead.pipeline_id ? s.names[lang] : `${p.names[lang]}: ${s.names[lang]}` })),
  )
  const send = (to: PipelineStage, body?: LeadPatch) => update.mutateAsync({ ...body, stage_id: to.id })
  const choose = (id: string) => {
    const to = stageIn(pipelines, id)?.stage
    if (!to || id === lead.stage_id) return
    if (to.kind === 'lost') setAsking({ lead, to, needs: [] })
    else
      send(to).catch((e: unknown) => {
        const needs = lacking(e)
        if (needs.length) setAsking({ lead, to, needs })
      })
  }
  return (
    <div className="stage-pick">
      <Pick label={w.leads.stage} hideLabel={false} value={lead.stage_id} choices={choices} onChange={choose} disabled={update.isPending} />
      {!asking && lacking(update.error).length === 0 && <InTheWay error={update.error} />}
      <MoveDialog
        asking={asking}
        onClose={() => {
          setAsking(null)
          update.reset()
        }}
        onMove={(a, body) => send(a.to, body)}
      />
    </div>
  )
}

/** The form for what a lead is worth. */
function Worth({ lead, currency, done }: { lead: Lead; currency: string; done: () => void }) {
  const w = useWords()
  const update = useUpdateLead(lead)
  const [v, setV] = useState({
    amount: typedAmount(lead.amount),
    currency: lead.currency || currency,
    product: lead.product ?? '',
    expected: lead.expected ?? '',
    probability: lead.probability === undefined ? '' : String(lead.probability),
  })
  const [wrong, setWrong] = useState(false)
  const set = (name: keyof typeof v) => (text: string) => setV((old) => ({ ...old, [name]: text }))
  const save = (e: FormEvent) => {
    e.preventDefault()
    const amount = hundredths(v.amount)
    setWrong(amount === undefined)
    if (amount === undefined) return
    update.mutate(
      {
        amount,
        ...(amount > 0 && { currency: v.currency.trim().toUpperCase() }),
        product: v.product,
        expected: v.expected,
        probability: v.probability === '' ? null : Number(v.probability),
      },
      { onSuccess: done },
    )
  }
  return (
    <form onSubmit={save} onKeyDown={(e) => e.key === 'Escape' && done()}>
      <Field label={w.pipelines.fields.amount} name="amount" value={v.amount} onChange={set('amount')} autoFocus />
      <Field label={w.pipelines.currency} name="currency" value={v.currency} onChange={set('currency')} max={3} />
      <Field label={w.pipelines.fields.product} name="product" value={v.product} onChange={set('product')} />
      <Field label={w.pipelines.fields.expected} name="expected" type="date" value={v.expected} onChange={set('expected')} />
      <Field label={`${w.pipelines.fields.probability}, %`} name="probability" type="number" value={v.probability} onChange={set('probability')} placeholder={w.pipelines.ofStage} />
      {wrong && (
        <p className="refused" role="alert">
          {w.pipelines.wrongAmount}
        </p>
      )}
      <Refused error={update.error} />
      <Meanwhile error={update.error} now={[typedAmount(lead.amount), lead.product]} />
      <Answers action={w.save} disabled={update.isPending} onCancel={done} />
    </form>
  )
}

/** How long the lead stood in each stage, newest first. */
function Stays({ lead }: { lead: Lead }) {
  const w = useWords()
  const { lang } = useSettings()
  const pipelines = usePipelines().data
  const now = useHubNow(60_000)
  const stays = lead.stages_stood ?? []
  if (stays.length === 0) return null
  return (
    <details className="history" open={stays.length < 4}>
      <summary>{w.pipelines.stood}</summary>
      <ol className="stays">
        {stays.map((s, n) => (
          <li key={n} data-stay={s.stage_id}>
            <span>{stageIn(pipelines, s.stage_id)?.stage.names[lang] ?? s.stage_id}</span>
            <span className="muted num">{lasting((s.left ? Date.parse(s.left) : now) - Date.parse(s.entered), lang)}</span>
          </li>
        ))}
      </ol>
    </details>
  )
}
