import type { KeyboardEvent } from 'react'
import { Link } from 'wouter'
import type { Lead } from '../api/client'
import { money } from '../format/money'
import { useWords } from '../i18n'
import { Icon } from '../parts/icons'
import { Phone } from '../parts/phone'
import { Age } from '../parts/words'
import { useSettings } from '../settings'
import { NextStep } from './next-step'

/** A lead on the board. Enter opens it. */
export function Card({ lead: l, onOpen, onMove }: { lead: Lead; onOpen: (id: string) => void; onMove: (l: Lead) => void }) {
  const w = useWords()
  const { lang } = useSettings()
  const press = (e: KeyboardEvent) => {
    if (e.key !== 'Enter' || e.target !== e.currentTarget) return
    e.preventDefault()
    onOpen(l.id)
  }
  return (
    <li className="lead-card" data-lead-card={l.id} tabIndex={0} onKeyDown={press}>
      <div className="lead-card-head">
        <Link href={`/leads/${l.id}`} className="strong" tabIndex={-1} draggable={false}>
          {l.contact_name || (l.contact_key ? <Phone number={l.contact_key} /> : w.lead.noName)}
        </Link>
        <button type="button" className="icon-button" tabIndex={-1} aria-label={w.pipelines.where(l.contact_name || l.contact_key || w.lead.noName)} onClick={() => onMove(l)}>
          <Icon name="menu" size={14} />
        </button>
      </div>
      {l.shared && <p className="muted small">{w.companies.line}</p>}
      {(l.product || l.subject) && <p className="clip small">{l.product || l.subject}</p>}
      <p className="lead-card-foot small">
        {l.amount && l.currency ? <span className="num strong">{money(l.amount, l.currency, lang)}</span> : <span />}
        {l.staged && (
          <span className="muted" title={w.pipelines.since}>
            <Age at={l.staged} />
          </span>
        )}
      </p>
      {!l.closed && <NextStep of={l.next_task} />}
      {l.manager_name && <p className="muted small clip">{l.manager_name}</p>}
    </li>
  )
}
