import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { useEditContact } from '../api/contacts'
import { lacking, usePipelines } from '../api/pipelines'
import { NeededInputs, useNeeded } from '../fields/needed'
import { codesAmong, wrongField } from '../fields/required'
import { useWords } from '../i18n'
import { Answers, Ask } from '../parts/controls'
import { InTheWay } from '../parts/in-the-way'
import { useOpenLead } from './queries'

/** Opens a lead of the contact. The first stage asks for the custom fields that it requires. */
export function OpenLead({ contactId }: { contactId: string }) {
  const w = useWords()
  const open = useOpenLead()
  const [, navigate] = useLocation()
  const lacks = lacking(open.error)
  const asks = codesAmong(lacks).length > 0
  return (
    <>
      <p className="muted small">{w.contacts.noOpenLead}</p>
      <button type="button" className="button" disabled={open.isPending} onClick={() => open.mutate({ contact_id: contactId }, { onSuccess: (l) => navigate(`/leads/${l.id}`) })}>
        {w.contacts.openLead}
      </button>
      {!asks && <InTheWay error={open.error} />}
      <Ask open={asks} onClose={open.reset} title={w.contacts.openLead}>
        <Needed contactId={contactId} lacks={lacks} onOpened={(id) => navigate(`/leads/${id}`)} onCancel={open.reset} />
      </Ask>
    </>
  )
}

/** The fields that the first stage requires, those of the contact and those of the new lead. */
function Needed({ contactId, lacks, onOpened, onCancel }: { contactId: string; lacks: readonly string[]; onOpened: (id: string) => void; onCancel: () => void }) {
  const w = useWords()
  const open = useOpenLead()
  const edit = useEditContact(contactId, {})
  const needed = useNeeded(lacks)
  const pipelines = usePipelines().data ?? []
  const currency = pipelines.find((p) => p.takes_new)?.currency ?? ''
  const [missing, setMissing] = useState(false)
  const refused = wrongField(open.error) || wrongField(edit.error)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    const ready = needed.check()
    setMissing(!ready)
    if (!ready) return
    const ofContact = needed.valuesFor('contact')
    try {
      if (Object.keys(ofContact).length > 0) await edit.mutateAsync({ fields: ofContact })
      onOpened((await open.mutateAsync({ contact_id: contactId, fields: needed.valuesFor('lead') })).id)
    } catch {
      // Shown from the mutations.
    }
  }
  return (
    <form onSubmit={(e) => void submit(e)}>
      <p className="muted">{w.pipelines.stageNeeds}</p>
      <NeededInputs of={needed} currency={currency} refused={refused} first />
      {missing && needed.wrong.length === 0 && (
        <p className="refused" role="alert">
          {w.pipelines.fillIn}
        </p>
      )}
      {!refused && <InTheWay error={open.error ?? edit.error} />}
      <Answers action={w.contacts.openLead} disabled={open.isPending || edit.isPending} onCancel={onCancel} />
    </form>
  )
}
