import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { api, ask, type FieldValues, type Lead, type PipelineStage, type StageField } from '../api/client'
import { useContact } from '../api/contacts'
import { lacking, stageIn, usePipelines } from '../api/pipelines'
import { NeededInputs, useNeeded } from '../fields/needed'
import { wrongField } from '../fields/required'
import { hundredths, typedAmount } from '../format/money'
import { useWords } from '../i18n'
import { Answers, Ask, Field, Pick } from '../parts/controls'
import { useNamedEntries } from '../parts/entries'
import { InTheWay } from '../parts/in-the-way'
import { useSettings } from '../settings'
import type { LeadPatch } from './queries'

/** A move that needs more: the reason of a refusal, or the fields that the stage requires, custom ones as "fields.<code>". */
export interface Asking {
  lead: Lead
  to: PipelineStage
  needs: readonly string[]
}

const ofContact: readonly StageField[] = ['name', 'company', 'phone', 'email']

/** Asks for what a move needs, and moves the lead then. */
export function MoveDialog({ asking, onClose, onMove }: { asking: Asking | null; onClose: () => void; onMove: (a: Asking, body: LeadPatch) => Promise<unknown> }) {
  const w = useWords()
  const { lang } = useSettings()
  return (
    <Ask open={!!asking} onClose={onClose} title={asking ? w.pipelines.moveTo(asking.to.names[lang]) : ''}>
      {asking && <MoveForm key={asking.lead.id + asking.to.id + asking.needs.join()} asking={asking} onClose={onClose} onMove={onMove} />}
    </Ask>
  )
}

function MoveForm({ asking, onClose, onMove }: { asking: Asking; onClose: () => void; onMove: (a: Asking, body: LeadPatch) => Promise<unknown> }) {
  const w = useWords()
  const { lead, to } = asking
  const lost = to.kind === 'lost'
  const [lacks, setLacks] = useState(asking.needs)
  const needs = lacks.filter((f): f is StageField => !f.startsWith('fields.'))
  const custom = useNeeded(lacks)
  const currency = lead.currency || stageIn(usePipelines().data, to.id)?.pipeline.currency || ''
  const reasons = useNamedEntries('refusal', undefined, lost)
  const contact = useContact(lead.contact_id, needs.some((n) => ofContact.includes(n))).data
  const [values, setValues] = useState<Partial<Record<StageField, string>>>({ amount: typedAmount(lead.amount), product: lead.product, expected: lead.expected })
  const [reason, setReason] = useState('')
  const [words, setWords] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)
  const value = (f: StageField) => values[f] ?? ''
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    const amount = hundredths(value('amount'))
    const open = needs.some((f) => f !== 'nature' && !value(f).trim()) || (needs.includes('amount') && !amount) || (lost && !reason && !words.trim())
    const ready = custom.check() && !open
    setMissing(!ready)
    if (!ready) return
    setBusy(true)
    try {
      await fillContact(lead.contact_id, contact?.name, needs, values, custom.valuesFor('contact'))
      await onMove(
        { ...asking, needs: lacks },
        {
          ...(Object.keys(custom.valuesFor('lead')).length > 0 && { fields: custom.valuesFor('lead') }),
          ...(needs.includes('amount') && { amount }),
          ...(needs.includes('product') && { product: value('product') }),
          ...(needs.includes('expected') && { expected: value('expected') }),
          ...(needs.includes('probability') && { probability: Number(value('probability')) }),
          ...(lost && { refusal_id: reason || undefined, refusal: words.trim() || undefined }),
        },
      )
      onClose()
    } catch (e) {
      const still = lacking(e)
      if (still.length) setLacks(still)
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(e) => void submit(e)} className="move-form">
      {lost && (
        <>
          <Pick label={w.lead.refusal} hideLabel={false} placeholder={w.pipelines.chooseReason} disabled={reasons.length === 0} value={reason} choices={reasons} onChange={setReason} />
          <Field label={w.pipelines.reasonText} name="refusal" value={words} onChange={setWords} />
        </>
      )}
      {lacks.length > 0 && <p className="muted">{w.pipelines.stageNeeds}</p>}
      {needs.map((f, n) =>
        f === 'nature' ? (
          <p key={f}>
            {w.pipelines.needsNature} <Link href={`/leads/${lead.id}`}>{w.pipelines.openLead}</Link>
          </p>
        ) : (
          <Field
            key={f}
            label={f === 'amount' ? `${w.pipelines.fields.amount}, ${lead.currency ?? ''}`.replace(/, $/, '') : w.pipelines.fields[f]}
            name={f}
            type={f === 'expected' ? 'date' : f === 'probability' ? 'number' : 'text'}
            value={value(f)}
            onChange={(v) => setValues((old) => ({ ...old, [f]: v }))}
            autoFocus={n === 0 && !lost}
          />
        ),
      )}
      <NeededInputs of={custom} lead={lead} currency={currency} refused={wrongField(error)} first={needs.length === 0 && !lost} />
      {missing && custom.wrong.length === 0 && (
        <p className="refused" role="alert">
          {lost && !reason && !words.trim() ? w.lead.refusalNeeded : w.pipelines.fillIn}
        </p>
      )}
      {lacking(error).length === 0 && !wrongField(error) && <InTheWay error={error} />}
      <Answers action={w.pipelines.moveIt} disabled={busy} onCancel={onClose} />
    </form>
  )
}

/** Writes what a stage requires of the contact. */
async function fillContact(id: string, name: string | undefined, needs: readonly StageField[], values: Partial<Record<StageField, string>>, fields: FieldValues) {
  const path = { id }
  const patch = { ...(needs.includes('name') ? { name: values.name } : { name }), ...(needs.includes('company') && { company: values.company }) }
  const custom = Object.keys(fields).length > 0
  if (needs.includes('name') || needs.includes('company') || custom) await ask(api.PATCH('/api/v1/contacts/{id}', { params: { path }, body: { ...patch, ...(custom && { fields }) } }))
  for (const kind of ['phone', 'email'] as const)
    if (needs.includes(kind)) await ask(api.POST('/api/v1/contacts/{id}/identities', { params: { path }, body: { kind, value: values[kind] ?? '' } }))
}

