import type { DuplicateReason } from '../api/client'
import { type Words, useWords } from '../i18n'
import { Phone } from './phone'

/** Why two contacts are perhaps one person: a sentence for each reason, with what they have. */
export function WhySame({ reasons }: { reasons: DuplicateReason[] }) {
  const w = useWords()
  return (
    <ul className="why-same">
      {reasons.map((r) => (
        <li key={r.code} data-reason={r.code}>
          {w.duplicates.reasons[r.code]}
          <span className="muted">
            {byTouch(r) ? says(w, r) : <Values values={r.values ?? []} />}
          </span>
        </li>
      ))}
    </ul>
  )
}

const byTouch = (r: DuplicateReason) => r.code === 'together' || r.code === 'in_text'

/** The channel of a message, and what it names. */
function says(w: Words, r: DuplicateReason): string {
  const named = (r.values ?? []).map((kind) => (w.identities[kind] ?? kind).toLowerCase())
  return [w.channels[r.channel ?? ''] ?? r.channel, ...named].filter(Boolean).join(', ')
}

function Values({ values }: { values: string[] }) {
  const all = [...new Set(values)]
  return all.map((v, i) => (
    <span key={v}>
      {i > 0 && ' ↔ '}
      {/^\+\d{7,15}$/.test(v) ? <Phone number={v} /> : v}
    </span>
  ))
}
