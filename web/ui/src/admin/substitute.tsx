import { useState } from 'react'
import type { Person, Substitution } from '../api/client'
import { useUsers } from '../api/people'
import { useWords } from '../i18n'
import { Answers, Field, Pick, Toggle } from '../parts/controls'
import { Refused } from '../parts/faces'
import { Moment } from '../parts/words'
import { useEndSubstitute, useSubstitute } from './hand-over-query'

const two = (n: number) => String(n).padStart(2, '0')
const dateOf = (d: Date) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`

/** The beginning of a day of a date field, or of the day after it. */
const startOf = (date: string, after = 0) => {
  const [y, m, d] = date.split('-').map(Number)
  return new Date(y!, m! - 1, d! + after).toISOString()
}

/** Asks who has the work of a colleague from one day to another. */
export function SubstituteForm({ of, onClose }: { of: Person; onClose: () => void }) {
  const w = useWords()
  const today = dateOf(new Date())
  const [to, setTo] = useState('')
  const [from, setFrom] = useState(today)
  const [until, setUntil] = useState(today)
  const [keep, setKeep] = useState(false)
  const users = useUsers()
  const name = useSubstitute()
  const choices = (users.data ?? []).filter((u) => !u.disabled && (u.role === 'manager' || u.role === 'operator') && u.id !== of.id).map((u) => ({ id: u.id, name: u.name }))
  return (
    <form
      className="hand-over"
      onSubmit={(e) => {
        e.preventDefault()
        name.mutate({ user_id: of.id, substitute_id: to, from: startOf(from), until: startOf(until, 1), keep }, { onSuccess: onClose })
      }}
    >
      <p>{w.handover.substituteText}</p>
      <Pick label={w.handover.to} hideLabel={false} value={to} choices={choices} onChange={setTo} placeholder={w.handover.choose} disabled={!choices.length} />
      <div className="hand-over-part">
        <Field type="date" label={w.handover.from} value={from} onChange={setFrom} />
        <Field type="date" label={w.handover.until} value={until} onChange={setUntil} />
      </div>
      <Toggle on={keep} onChange={setKeep}>
        {w.handover.keep}
      </Toggle>
      <Refused error={name.error ?? users.error} />
      <Answers action={w.handover.confirmSubstitute} disabled={!to || !from || !until || until < from || name.isPending} onCancel={onClose} />
    </form>
  )
}

/** Who stands in for a colleague, and until when. */
export function StandsIn({ of: s }: { of: Substitution }) {
  const w = useWords()
  const end = useEndSubstitute()
  return (
    <div className="stands-in small" data-stands-in={s.state}>
      <span>
        {w.handover.standsIn(s.substitute.name ?? '')}, <Moment at={s.begins} /> – <Moment at={s.ends} />
      </span>
      <button type="button" className="link-button" aria-label={w.handover.endOf(s.substitute.name ?? '')} disabled={end.isPending} onClick={() => end.mutate(s.id)}>
        {w.handover.end}
      </button>
      <Refused error={end.error} />
    </div>
  )
}
