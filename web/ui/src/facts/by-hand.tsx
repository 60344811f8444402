import { type FormEvent, useState } from 'react'
import type { Attachment, Direction } from '../api/client'
import { newKey } from '../api/new-key'
import { useWords } from '../i18n'
import { Answers, Ask, Pick, Segments } from '../parts/controls'
import { useNamedEntries } from '../parts/entries'
import { Refused } from '../parts/faces'
import { AttachFiles, FileList, useFiles } from '../parts/files'
import { Icon } from '../parts/icons'
import { useRegister } from './queries'
import './facts.css'

const channels = ['call', 'meeting', 'visit', 'note'] as const
type HandChannel = (typeof channels)[number]

/** The largest file that is taken, in bytes. */
const fileMost = 25 << 20

/** A button that opens a form for a contact without the exchange: a meeting, a visit, a call from a private phone, a note. */
export function ContactByHand({ contactId, leadId }: { contactId: string; leadId?: string }) {
  const w = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button" data-by-hand onClick={() => setOpen(true)}>
        <Icon name="form" size={14} />
        {w.facts.byHand.open}
      </button>
      <Ask open={open} onClose={() => setOpen(false)} title={w.facts.byHand.title}>
        <Form contactId={contactId} leadId={leadId} onDone={() => setOpen(false)} />
      </Ask>
    </>
  )
}

/** Now, as an input of type datetime-local has it. */
const localNow = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16)

function Form({ contactId, leadId, onDone }: { contactId: string; leadId?: string; onDone: () => void }) {
  const w = useWords()
  const register = useRegister()
  const [channel, setChannel] = useState<HandChannel>('call')
  const [direction, setDirection] = useState<Direction>('out')
  const [at, setAt] = useState(localNow)
  const [text, setText] = useState('')
  const [nature, setNature] = useState('')
  const [outcome, setOutcome] = useState('')
  const [attachments, setAttachments] = useState<Attachment[]>([])
  const [key] = useState(newKey)
  const files = useFiles(attachments, setAttachments, fileMost)
  const natures = useNamedEntries('nature')
  const outcomes = useNamedEntries('outcome', (e) => !e.retired && (!e.channel || e.channel === channel) && (!e.direction || e.direction === direction))
  const talk = channel !== 'note'
  const future = Date.parse(at) > Date.now() + 5 * 60_000
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (register.isPending || files.busy || future) return
    register.mutate(
      {
        contact_id: contactId,
        ...(leadId && { lead_id: leadId }),
        channel,
        ...(talk && { direction, ...(nature && { nature }), ...(outcomes.some((o) => o.id === outcome) && { outcome }) }),
        at: new Date(at || Date.now()).toISOString(),
        text: text.trim(),
        ...(attachments.length > 0 && { attachments: attachments.map((f) => f.id) }),
        key,
      },
      { onSuccess: onDone },
    )
  }
  return (
    <form onSubmit={submit} className="by-hand">
      <Segments label={w.facts.byHand.channel} value={channel} choices={channels.map((id) => ({ id, name: w.facts.byHand.channels[id] }))} onChange={setChannel} />
      {talk && (
        <Segments
          label={w.facts.byHand.direction}
          value={direction as 'in' | 'out'}
          choices={(['out', 'in'] as const).map((id) => ({ id, name: w.facts.byHand.directions[id] }))}
          onChange={setDirection}
        />
      )}
      <label className="field">
        <span>{w.facts.byHand.at}</span>
        <input className="input" type="datetime-local" name="at" value={at} aria-invalid={future} onChange={(e) => setAt(e.target.value)} />
      </label>
      {future && (
        <p className="refused" role="alert">
          {w.facts.byHand.future}
        </p>
      )}
      <label className="field">
        <span>{w.facts.byHand.text}</span>
        <textarea className="input" name="text" rows={4} maxLength={10_000} value={text} onChange={(e) => setText(e.target.value)} />
      </label>
      {talk && (
        <div className="facts-row">
          <Pick label={w.facts.names.nature} hideLabel={false} placeholder={w.facts.choose} value={nature} choices={natures} onChange={setNature} />
          <Pick label={w.facts.names.outcome} hideLabel={false} placeholder={w.facts.choose} value={outcome} choices={outcomes} onChange={setOutcome} />
        </div>
      )}
      <FileList files={files} />
      <p>
        <AttachFiles files={files} />
      </p>
      <Refused error={register.error} />
      <Answers action={w.facts.byHand.save} disabled={register.isPending || files.busy || future || (!text.trim() && attachments.length === 0)} onCancel={onDone} />
    </form>
  )
}
