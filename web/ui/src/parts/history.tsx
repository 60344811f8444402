import type { UseQueryResult } from '@tanstack/react-query'
import type { HistoryEntry } from '../api/client'
import { useWords, type Words } from '../i18n'
import { reasonText } from '../i18n/reasons'
import { Broken, Skeleton } from './faces'
import { Moment } from './words'

/** Who changed what and when, the latest first; closed until it is asked for. */
export function History({ of: history }: { of: UseQueryResult<HistoryEntry[]> }) {
  const w = useWords()
  if (history.data?.length === 0) return null
  return (
    <details className="history">
      <summary>{w.contacts.history}</summary>
      {history.data ? (
        <ol>
          {history.data.map((e) => (
            <li key={e.id} data-field={e.field}>
              <span className="muted small">
                <Moment at={e.at} />
                {e.by && ` · ${e.by.name || w.unknown}`}
                {e.way && ` · ${w.contacts.ways[e.way]}`}
              </span>
              <p>{sentence(w, e)}</p>
            </li>
          ))}
        </ol>
      ) : history.isError ? (
        <Broken error={history.error} retry={() => void history.refetch()} />
      ) : (
        <Skeleton rows={3} height={32} />
      )}
    </details>
  )
}

function sentence(w: Words, e: HistoryEntry): string {
  const value = (v: string | undefined) => valueOf(w, e, v)
  const name = w.contacts.fields[e.field]
  const note = e.field === 'manager' ? reasonText(w, e.note, e.note) : e.note
  const change = e.before && e.after ? `${value(e.before)} → ${value(e.after)}` : e.after ? value(e.after) : w.contacts.removed(value(e.before))
  return `${name}: ${change}${note ? ` (${note})` : ''}`
}

function valueOf(w: Words, e: HistoryEntry, v = '—'): string {
  if (e.field === 'status') return w.stage[v as keyof Words['stage']] ?? v
  if (e.field === 'identity') return v.slice(v.indexOf(' ') + 1)
  return v
}
