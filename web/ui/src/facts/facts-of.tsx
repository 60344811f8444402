import { useState } from 'react'
import type { Interaction } from '../api/client'
import { useFieldsOf } from '../api/fields'
import { valueText } from '../format/field-value'
import { useWords } from '../i18n'
import { Icon } from '../parts/icons'
import { useSettings } from '../settings'
import { FactsForm } from './facts-form'

/** The facts of an interaction in one line, which opens the form. */
export function FactsOf({ interaction: i, open: first = false }: { interaction: Interaction; open?: boolean }) {
  const w = useWords()
  const { lang } = useSettings()
  const [open, setOpen] = useState(first)
  const fields = useFieldsOf('interaction')
  const f = i.facts
  if (!f || i.direction === 'internal' || i.automatic) return null
  const own = fields.flatMap((o) => (i.fields?.[o.id] === undefined ? [] : `${o.name}: ${valueText(o, i.fields[o.id]!, lang, w.fields)}`))
  const line = [f.nature_name?.[lang], f.subject, f.summary?.split('\n')[0], f.outcome_name?.[lang], ...own].filter(Boolean).join(' · ')
  return (
    <div className="facts-of">
      <button type="button" className="facts-line small" aria-expanded={open} data-facts-line={i.id} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'down' : 'form'} size={12} />
        <span className={line ? '' : 'muted'}>{line || w.facts.describe}</span>
        {f.missing.length > 0 && <span className="badge warn">{w.facts.lacks(f.missing.map((m) => w.facts.names[m as keyof typeof w.facts.names] ?? m))}</span>}
      </button>
      {open && <FactsForm interactionId={i.id} />}
    </div>
  )
}
