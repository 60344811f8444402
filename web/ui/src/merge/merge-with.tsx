import { useState } from 'react'
import type { Contact } from '../api/client'
import { useWords } from '../i18n'
import { Ask, Search } from '../parts/controls'
import { Broken } from '../parts/faces'
import { DoneBar } from './merged-bar'
import { MergeForm } from './merge-dialog'
import { useFoundContacts, useUndoMerge } from './queries'

/** A button that merges a contact with others: they are searched for, one or more, and compared field by field. */
export function MergeWith({ contactId }: { contactId: string }) {
  const w = useWords()
  const [open, setOpen] = useState(false)
  const [merged, setMerged] = useState('')
  const undo = useUndoMerge()
  return (
    <>
      {merged && <DoneBar says={w.merge.done} busy={undo.isPending} error={undo.error} undo={() => undo.mutate(merged, { onSuccess: () => setMerged('') })} />}
      <button type="button" className="button" data-merge-with onClick={() => setOpen(true)}>
        {w.merge.with}
      </button>
      <Ask open={open} onClose={() => setOpen(false)} title={w.merge.title}>
        <Choose
          contactId={contactId}
          onClose={() => setOpen(false)}
          onMerged={(id) => {
            setMerged(id)
            setOpen(false)
          }}
        />
      </Ask>
    </>
  )
}

function Choose({ contactId, onClose, onMerged }: { contactId: string; onClose: () => void; onMerged: (id: string) => void }) {
  const w = useWords()
  const [q, setQ] = useState('')
  const [others, setOthers] = useState<Contact[]>([])
  const [compare, setCompare] = useState(false)
  const found = useFoundContacts(q)
  if (compare) return <MergeForm contactIds={[contactId, ...others.map((c) => c.id)]} onClose={onClose} onMerged={onMerged} />
  const shown = [...new Map([...others, ...(found.data ?? [])].map((c) => [c.id, c])).values()].filter((c) => c.id !== contactId)
  const toggle = (c: Contact) => setOthers(others.some((o) => o.id === c.id) ? others.filter((o) => o.id !== c.id) : [...others, c])
  return (
    <form
      className="merge"
      onSubmit={(e) => {
        e.preventDefault()
        if (others.length > 0) setCompare(true)
      }}
    >
      <p className="muted">{w.merge.choose}</p>
      <Search label={w.contacts.search} value={q} onChange={setQ} />
      {found.isError && <Broken error={found.error} retry={() => void found.refetch()} />}
      {found.data && shown.length === 0 && <p className="muted">{w.find.none}</p>}
      <div className="merge-choice">
        {shown.map((c) => (
          <label key={c.id}>
            <input type="checkbox" checked={others.some((o) => o.id === c.id)} onChange={() => toggle(c)} />
            <span>
              {c.name || w.lead.noName} <span className="muted">{[c.company, c.identities[0]?.value].filter(Boolean).join(' · ')}</span>
            </span>
          </label>
        ))}
      </div>
      <div className="dialog-foot">
        <button type="submit" className="button primary" disabled={others.length === 0}>
          {w.merge.onward}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {w.cancel}
        </button>
        {others.length > 0 && <span className="muted">{w.merge.chosen(others.length)}</span>}
      </div>
    </form>
  )
}
