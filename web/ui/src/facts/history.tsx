import { useState } from 'react'
import type { FactChange } from '../api/client'
import { useWords } from '../i18n'
import { Ask } from '../parts/controls'
import { Broken, Skeleton } from '../parts/faces'
import { Moment } from '../parts/words'
import { useSettings } from '../settings'
import { useHistory } from './queries'

/** A button that shows what was written of an interaction before, by whom and when. */
export function History({ interactionId }: { interactionId: string }) {
  const w = useWords()
  const [open, setOpen] = useState(false)
  const list = useHistory(interactionId, open)
  return (
    <>
      <button type="button" className="link-button small" data-facts-history onClick={() => setOpen(true)}>
        {w.facts.history}
      </button>
      <Ask open={open} onClose={() => setOpen(false)} title={w.facts.history}>
        {list.isError && !list.data ? (
          <Broken error={list.error} retry={() => void list.refetch()} />
        ) : !list.data ? (
          <Skeleton rows={3} />
        ) : list.data.length === 0 ? (
          <p className="muted">{w.facts.historyEmpty}</p>
        ) : (
          <ol className="facts-history">
            {list.data.map((c, n) => (
              <Change key={n} of={c} />
            ))}
          </ol>
        )}
      </Ask>
    </>
  )
}

function Change({ of: c }: { of: FactChange }) {
  const w = useWords()
  const { lang } = useSettings()
  return (
    <li>
      <p className="small muted">
        {w.facts.names[c.fact]} · {c.by.name} · <Moment at={c.at} />
        {c.way && ` · ${w.contacts.ways[c.way]}`}
      </p>
      <p className="tl-text">{c.name?.[lang] ?? (c.value || w.facts.cleared)}</p>
    </li>
  )
}
