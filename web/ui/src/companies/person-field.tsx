import { useState } from 'react'
import type { Contact } from '../api/client'
import { useWords } from '../i18n'
import { useFoundContacts } from '../merge/queries'
import { Combo, type Option } from '../parts/combo'
import { Skeleton } from '../parts/faces'
import { fits } from './order'
import type { Chosen } from './queries'

interface Props {
  label: string
  companyId: string
  /** Who is offered before anything is typed. */
  people: readonly Contact[]
  /** They are being read. */
  waits?: boolean
  /** Contacts that are not offered. */
  except: readonly string[]
  /** The list is there without the focus. */
  always?: boolean
  autoFocus?: boolean
  busy: boolean
  /** A line after the people, with what it means. */
  last?: Option
  onChoose: (p: Chosen) => void
  onFocus?: () => void
  /** The field was left, with this text in it. */
  onLeave?: (text: string) => void
}

const fresh = 'new'

/** A field for a person: one of those offered, another customer that the text finds, or a new person of that name. */
export function PersonField({ label, companyId, people, waits, except, always, autoFocus, busy, last, onChoose, onFocus, onLeave }: Props) {
  const w = useWords()
  const [text, setText] = useState('')
  const typed = text.trim()
  const found = useFoundContacts(typed)
  const near = people.filter((p) => !typed || fits(typed, [p.name, p.role, p.identities[0]?.value]))
  const others = typed ? (found.data ?? []) : []
  const all = [...new Map([...near, ...others].map((p) => [p.id, p])).values()].filter((p) => !except.includes(p.id))
  const options: Option[] = [
    ...all.map((p) => optionOf(p, companyId, w.lead.noName)),
    ...(typed ? [{ id: fresh, text: w.companies.newPerson(typed) }] : []),
    ...(last && !typed ? [last] : []),
  ]
  return (
    <Combo
      label={label}
      name="person"
      value={text}
      onChange={setText}
      options={options}
      onChoose={(id) => onChoose(id === fresh ? { name: typed, company_id: companyId } : { id })}
      always={always}
      autoFocus={autoFocus}
      disabled={busy}
      onFocus={onFocus}
      onLeave={() => onLeave?.(typed)}
      none={waits ? <Skeleton rows={3} height={32} /> : <p className="muted small">{w.companies.noneFound}</p>}
    />
  )
}

/** A person of the company with the role there, another one with the company. */
const optionOf = (p: Contact, companyId: string, noName: string): Option => ({
  id: p.id,
  text: p.name || p.identities[0]?.value || noName,
  second: (p.company_id === companyId ? p.role : [p.company, p.name && p.identities[0]?.value].filter(Boolean).join(' · ')) || undefined,
})
