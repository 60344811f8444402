import { useEffect, useRef } from 'react'
import type { CustomField } from '../api/client'
import { stageIn, usePipelines } from '../api/pipelines'
import { useWords } from '../i18n'
import { Refused } from '../parts/faces'
import { Icon } from '../parts/icons'
import { useSettings } from '../settings'
import { useDropField, useSaveFields } from './queries'

/** The custom fields of an object in their order: each can be moved, changed, retired, and deleted while no record has a value. */
export function Definitions({ fields, name, onEdit }: { fields: readonly CustomField[]; name: string; onEdit: (f: CustomField) => void }) {
  const w = useWords()
  const save = useSaveFields()
  const drop = useDropField()
  const busy = save.isPending || drop.isPending
  const list = useRef<HTMLUListElement>(null)
  /** The button by which a field was moved; a row that moves loses the focus. */
  const pressed = useRef('')
  const order = fields.map((f) => f.id).join()
  useEffect(() => {
    if (pressed.current) list.current?.querySelector<HTMLElement>(pressed.current)?.focus()
    pressed.current = ''
  }, [order])
  /** Exchanges a field with its neighbour. */
  const move = (n: number, by: -1 | 1) => {
    if (busy || !fields[n + by]) return
    pressed.current = `[data-move="${by} ${fields[n]!.id}"]`
    const [a, b] = [fields[n]!, fields[n + by]!]
    save.mutate([
      { id: a.id, body: { position: b.position === a.position ? b.position + by : b.position } },
      { id: b.id, body: { position: a.position } },
    ])
  }
  return (
    <section className="panel" aria-label={name}>
      <ul className="definitions" ref={list}>
        {fields.map((f, n) => (
          <li key={f.id} className="definition" data-field={f.id} data-retired={f.retired || undefined}>
            <div className="definition-name">
              <span className={f.retired ? 'muted' : 'strong'}>{f.name}</span>
              <About field={f} />
            </div>
            <span className={`badge ${!f.retired && f.used ? 'good' : 'plain'}`}>{f.retired ? w.facts.state.retired : f.used ? w.facts.state.used : w.facts.state.unused}</span>
            <span className="definition-actions">
              <button type="button" className="icon-button" aria-label={w.facts.up(f.name)} data-move={`-1 ${f.id}`} aria-disabled={n === 0 || busy} onClick={() => move(n, -1)}>
                <span className="turned">
                  <Icon name="down" size={14} />
                </span>
              </button>
              <button type="button" className="icon-button" aria-label={w.facts.down(f.name)} data-move={`1 ${f.id}`} aria-disabled={n === fields.length - 1 || busy} onClick={() => move(n, 1)}>
                <Icon name="down" size={14} />
              </button>
              <button type="button" className="button quiet" aria-label={`${w.fields.edit}: ${f.name}`} onClick={() => onEdit(f)}>
                {w.fields.edit}
              </button>
              <button type="button" className="button quiet" aria-label={`${f.retired ? w.facts.restore : w.facts.retire}: ${f.name}`} disabled={busy} onClick={() => save.mutate([{ id: f.id, body: { retired: !f.retired } }])}>
                {f.retired ? w.facts.restore : w.facts.retire}
              </button>
              {!f.used && (
                <button type="button" className="button quiet" aria-label={`${w.facts.remove}: ${f.name}`} disabled={busy} onClick={() => drop.mutate(f.id)}>
                  {w.facts.remove}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <div className="definitions-foot">
        {drop.error?.kind === 'conflict' ? (
          <p className="refused" role="alert">
            {w.fields.inUse}
          </p>
        ) : (
          <Refused error={drop.error ?? save.error} />
        )}
      </div>
    </section>
  )
}

/** What a field is, in one line. */
function About({ field: f }: { field: CustomField }) {
  const w = useWords()
  const { lang } = useSettings()
  const pipelines = usePipelines().data
  const stages = f.required_from.flatMap((id) => stageIn(pipelines, id)?.stage.names[lang] ?? [])
  const of = (pipelines ?? []).filter((p) => f.pipelines.includes(p.id)).map((p) => p.names[lang])
  const about = [
    w.fields.kinds[f.kind],
    f.choices.filter((c) => !c.retired).map((c) => c.name).join(' / '),
    of.length > 0 && `${w.fields.pipelines}: ${of.join(', ')}`,
    stages.length > 0 && w.fields.requiredFrom(stages),
    f.remind_days >= 0 && w.fields.reminds(f.remind_days),
    f.listed && w.fields.isListed,
  ]
  return (
    <span className="muted small">
      {about.filter(Boolean).join(' · ')}
    </span>
  )
}
