import type { Contact } from '../api/client'
import { useMe } from '../api/session'
import { useWords } from '../i18n'
import { Refused } from '../parts/faces'
import { Side } from '../parts/side'
import { Moment } from '../parts/words'
import { useMerges, useUndoMerge } from './queries'

/** The merges by which the contact grew, each with its undoing; hidden without any. */
export function MergesSide({ contact }: { contact: Contact }) {
  const w = useWords()
  const { user } = useMe()
  const merges = useMerges(contact.id)
  const undo = useUndoMerge()
  const standing = merges.data?.filter((m) => !m.undone) ?? []
  if (standing.length === 0) return null
  const seesAll = user.role === 'supervisor' || user.role === 'admin'
  return (
    <Side title={w.merge.past}>
      <ul className="other-leads">
        {standing.map((m, n) => (
          <li key={m.id} data-merge={m.id}>
            <span>{w.merge.came(m.removed.length)}</span>
            <span className="muted">
              {m.by?.name || w.unknown} · <Moment at={m.at} />
            </span>
            {n === 0 && (seesAll || m.by?.id === user.id) && (
              <button type="button" className="button" disabled={undo.isPending} onClick={() => undo.mutate(m.id)}>
                {w.merge.undo}
              </button>
            )}
          </li>
        ))}
      </ul>
      {undo.error && <Refused error={undo.error} />}
    </Side>
  )
}
