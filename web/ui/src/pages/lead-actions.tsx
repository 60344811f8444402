import { type FormEvent, useState } from 'react'
import type { Lead } from '../api/client'
import { seesAll, useMe, useUpdateLead, useUsers } from '../api/queries'
import { useWords } from '../i18n'
import { Ask, Field, Pick } from '../parts/controls'
import { Refused } from '../parts/faces'

type Question = 'win' | 'refuse' | 'hand' | null

/** What can be done with an open lead. A closed one stays closed, and a colleague's is theirs. */
export function LeadActions({ lead }: { lead: Lead }) {
  const w = useWords()
  const me = useMe()
  const [question, setQuestion] = useState<Question>(null)
  const update = useUpdateLead(lead.id)
  if (lead.status !== 'new' && lead.status !== 'working') return null
  if (lead.manager_id && lead.manager_id !== me.user.id && !seesAll(me)) {
    return <p className="muted">{w.lead.colleagues(lead.manager_name ?? '')}</p>
  }
  const close = () => {
    setQuestion(null)
    update.reset()
  }
  return (
    <div className="actions">
      {lead.status === 'new' && (
        <button
          type="button"
          className="button primary"
          disabled={update.isPending}
          onClick={() => update.mutate({ status: 'working' })}
        >
          {w.lead.take}
        </button>
      )}
      <button type="button" className="button" onClick={() => setQuestion('win')}>
        {w.lead.win}
      </button>
      <button type="button" className="button" onClick={() => setQuestion('refuse')}>
        {w.lead.refuse}
      </button>
      <button type="button" className="button" onClick={() => setQuestion('hand')}>
        {w.lead.handOver}
      </button>
      {!question && <Refused error={update.error} />}

      <Ask open={question === 'win'} onClose={close} title={w.lead.winTitle}>
        <p className="muted">{w.lead.winText}</p>
        <Refused error={update.error} />
        <div className="dialog-foot">
          <button
            type="button"
            className="button primary"
            disabled={update.isPending}
            onClick={() => update.mutate({ status: 'won' }, { onSuccess: close })}
          >
            {w.lead.win}
          </button>
          <button type="button" className="button" onClick={close}>
            {w.cancel}
          </button>
        </div>
      </Ask>
      <Ask open={question === 'refuse'} onClose={close} title={w.lead.refuseTitle}>
        <Refusal
          error={update.error}
          busy={update.isPending}
          onCancel={close}
          onRefuse={(refusal) => update.mutate({ status: 'refused', refusal }, { onSuccess: close })}
        />
      </Ask>
      <Ask open={question === 'hand'} onClose={close} title={w.lead.handTo}>
        <HandOver
          lead={lead}
          error={update.error}
          busy={update.isPending}
          onCancel={close}
          onHand={(manager_id) => update.mutate({ manager_id }, { onSuccess: close })}
        />
      </Ask>
    </div>
  )
}

function Refusal(props: { error: unknown; busy: boolean; onCancel: () => void; onRefuse: (why: string) => void }) {
  const w = useWords()
  const [why, setWhy] = useState('')
  const [empty, setEmpty] = useState(false)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (why.trim()) props.onRefuse(why.trim())
    else setEmpty(true)
  }
  return (
    <form onSubmit={submit}>
      <Field label={w.lead.refusal} name="refusal" value={why} onChange={setWhy} autoFocus />
      <div className="chips">
        {w.lead.refusals.map((r) => (
          <button key={r} type="button" className="chip" aria-pressed={why === r} onClick={() => setWhy(r)}>
            {r}
          </button>
        ))}
      </div>
      {empty && !why.trim() && (
        <p className="refused" role="alert">
          {w.lead.refusalNeeded}
        </p>
      )}
      <Refused error={props.error} />
      <div className="dialog-foot">
        <button type="submit" className="button primary" disabled={props.busy}>
          {w.lead.refuse}
        </button>
        <button type="button" className="button" onClick={props.onCancel}>
          {w.cancel}
        </button>
      </div>
    </form>
  )
}

function HandOver(props: {
  lead: Lead
  error: unknown
  busy: boolean
  onCancel: () => void
  onHand: (userId: string) => void
}) {
  const w = useWords()
  const me = useMe()
  const users = useUsers()
  const [to, setTo] = useState('')
  const choices = (users.data ?? [])
    .filter((u) => !u.disabled && (u.role === 'manager' || u.role === 'operator') && u.id !== props.lead.manager_id)
    .map((u) => ({
      id: u.id,
      name: `${u.name}${u.id === me.user.id ? ` (${w.you})` : ''} · ${w.presence[u.presence]}`,
    }))
  return (
    <>
      <Pick
        label={w.lead.handTo}
        value={to}
        choices={choices}
        onChange={setTo}
        placeholder={users.isPending ? w.loading : '—'}
        disabled={!choices.length}
      />
      <Refused error={props.error ?? users.error} />
      <div className="dialog-foot">
        <button type="button" className="button primary" disabled={!to || props.busy} onClick={() => props.onHand(to)}>
          {w.lead.handOver}
        </button>
        <button type="button" className="button" onClick={props.onCancel}>
          {w.cancel}
        </button>
      </div>
    </>
  )
}
