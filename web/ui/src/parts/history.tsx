import type { UseQueryResult } from '@tanstack/react-query'
import type { HistoryEntry } from '../api/client'
import { countryName } from '../format/countries'
import { useFields } from '../api/fields'
import { storedText } from '../format/field-value'
import { readableDomain } from '../format/domain'
import { exact } from '../format/time'
import { useWords, type Words } from '../i18n'
import { reasonText } from '../i18n/reasons'
import { type Lang, useSettings } from '../settings'
import { Broken, Skeleton } from './faces'
import { Moment } from './words'

/** Who changed what and when, the latest first; closed until it is asked for. */
export function History({ of: history }: { of: UseQueryResult<HistoryEntry[]> }) {
  const w = useWords()
  const changeText = useChangeText()
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
              <p>{`${fieldName(w, e)}: ${changeText(e)}`}</p>
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

/** Which field of the record was changed; a custom one by its name at the time. */
export const fieldName = (w: Words, e: HistoryEntry) => e.custom?.name ?? w.contacts.fields[e.field]

/** Words for a change: from what to what. `entry` names the entries of dictionaries. */
export function useChangeText() {
  const w = useWords()
  const { lang } = useSettings()
  const fields = useFields().data ?? []
  return (e: HistoryEntry, entry?: (id: string) => string | undefined) => {
    if (!e.custom) return changeText(w, e, (v) => valueOf(w, lang, e, v, entry))
    const kind = fields.find((f) => f.id === e.custom!.id)?.kind
    return changeText(w, e, (v) => storedText(kind, v, lang, w.fields))
  }
}

function changeText(w: Words, e: HistoryEntry, value: (v: string) => string): string {
  const note = e.field === 'manager' || (e.field === 'owner' && e.note) ? reasonText(w, e.note, e.note) : e.note
  const change =
    e.before && e.after ? `${value(e.before)} → ${value(e.after)}` : e.after ? value(e.after) : e.before ? w.contacts.removed(value(e.before)) : w.history.changed
  return `${change}${note ? ` (${note})` : ''}`
}

function valueOf(w: Words, lang: Lang, e: HistoryEntry, v: string, entry?: (id: string) => string | undefined): string {
  switch (e.field) {
    case 'status':
      return e.object === 'task' ? named(w.tasks.outcomes, v, w.history.open) : named(w.stage, v)
    case 'identity':
      return v.slice(v.indexOf(' ') + 1)
    case 'role':
      return e.object === 'user' ? named(w.roles, v) : v
    case 'priority':
      return named(w.plan.priorities, v)
    case 'repeat':
      return named(w.plan.repeats, v)
    case 'audience':
      return named(w.views.audiences, v)
    case 'facts':
      return v
        .split(', ')
        .map((f) => named(w.facts.names, f))
        .join(', ')
    case 'nature':
    case 'outcome':
      return entry?.(v) ?? v
    case 'disabled':
    case 'retired':
      return w.history.yes
    case 'domain':
      return readableDomain(v)
    case 'country':
      return countryName(v, lang)
    case 'due':
    case 'remind':
    case 'snooze':
      return exact(v, lang)
  }
  return v
}

const named = (names: Readonly<Record<string, string>>, v: string, otherwise = v) => names[v] ?? otherwise
