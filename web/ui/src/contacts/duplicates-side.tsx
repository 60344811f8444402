import { useState } from 'react'
import { Link } from 'wouter'
import type { Contact } from '../api/client'
import { useDecideDuplicate, useDuplicatesOf } from '../api/duplicates'
import { useWords } from '../i18n'
import { DoneBar } from '../merge/merged-bar'
import { MergeDialog } from '../merge/merge-dialog'
import { useUndoMerge } from '../merge/queries'
import { Broken, Refused } from '../parts/faces'
import { Side } from '../parts/side'
import { WhySame } from '../parts/why-same'

/** Contacts that may be the same person, and why; hidden without any. */
export function DuplicatesSide({ contact }: { contact: Contact }) {
  const w = useWords()
  const found = useDuplicatesOf(contact.id)
  const decide = useDecideDuplicate()
  const undo = useUndoMerge()
  const [merging, setMerging] = useState('')
  const [done, setDone] = useState<{ merge?: string; other?: string }>()
  const takeBack = () => {
    const after = { onSuccess: () => setDone(undefined) }
    if (done?.merge) undo.mutate(done.merge, after)
    else if (done?.other) decide.mutate({ a: contact.id, b: done.other, same: true }, after)
  }
  if (found.isError && !found.data) {
    return (
      <Side title={w.duplicates.perhaps}>
        <Broken error={found.error} retry={() => void found.refetch()} />
      </Side>
    )
  }
  if (!found.data?.length && !done) return null
  return (
    <Side title={w.duplicates.perhaps}>
      {done && <DoneBar says={done.merge ? w.merge.done : w.duplicates.dismissed} busy={undo.isPending || decide.isPending} error={undo.error} undo={takeBack} />}
      <ul className="other-leads">
        {found.data?.map((d) => (
          <li key={d.contact.id} data-duplicate={d.contact.id}>
            <Link href={`/contacts/${d.contact.id}`}>{d.contact.name || d.contact.identities[0]?.value || w.lead.noName}</Link>
            <WhySame reasons={d.reasons} />
            <span className="actions">
              <button type="button" className="button" onClick={() => setMerging(d.contact.id)}>
                {w.duplicates.merge}
              </button>
              <button
                type="button"
                className="button quiet"
                disabled={decide.isPending}
                onClick={() => decide.mutate({ a: contact.id, b: d.contact.id, same: false }, { onSuccess: () => setDone({ other: d.contact.id }) })}
              >
                {w.duplicates.notSame}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <Refused error={decide.error} />
      <MergeDialog
        key={merging}
        open={!!merging}
        contactIds={[contact.id, merging]}
        onClose={() => setMerging('')}
        onMerged={(id) => {
          setDone({ merge: id })
          setMerging('')
        }}
      />
    </Side>
  )
}
