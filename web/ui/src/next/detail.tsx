import { type ReactNode, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { WorkItem } from '../api/client'
import { useInteractions } from '../api/interactions'
import { useLead } from '../api/leads'
import { FactsForm } from '../facts/facts-form'
import { usePhone } from '../format/phone'
import { useWords } from '../i18n'
import { useDialling } from '../live/dial'
import { Refused } from '../parts/faces'
import { useKey } from '../parts/keys'
import { Phone } from '../parts/phone'
import { ChannelIcon, Moment, Stage } from '../parts/words'
import { useSettings } from '../settings'
import { DueTime, kindName } from '../tasks/due'
import { Finish } from '../tasks/finish'
import { TaskDialog } from '../tasks/new-task'
import { Snooze } from '../tasks/snooze'
import { useTakeLead } from './queries'
import { Who } from './who'

type Question = 'done' | 'snooze' | null

/** The facts of an item, and its steps, each with its key. */
export function Detail({ item: i, now, several, onNext }: { item: WorkItem; now: number; several: boolean; onNext: () => void }) {
  const w = useWords()
  const lead = useLead(i.lead_id)
  const [question, setQuestion] = useState<Question>(null)
  const close = () => setQuestion(null)
  return (
    <section className="panel work-detail" aria-labelledby="chosen" data-chosen={i.kind}>
      <div className="panel-head">
        <h2 id="chosen">
          <Who item={i} />
        </h2>
        <DueTime at={i.due} now={now} />
      </div>
      <Steps item={i} working={lead.data?.status === 'working'} several={several} onNext={onNext} onAsk={setQuestion} />
      <p>
        {i.task_id && i.kind === 'task' && `${kindName(w, i.task_kind ?? '')}. `}
        {w.next.why[i.why]}
      </p>
      <dl className="work-facts">
        {i.name && i.name !== i.title && <Fact name={w.tasks.customer}>{i.name}</Fact>}
        {i.number && (
          <Fact name={w.identities.phone!}>
            <Phone number={i.number} call country />
          </Fact>
        )}
        {lead.data && (
          <Fact name={w.now.lead}>
            <Link href={`/leads/${lead.data.id}`}>{lead.data.subject || lead.data.contact_name || w.now.lead}</Link> <Stage status={lead.data.status} />
          </Fact>
        )}
        {lead.data?.manager_name && <Fact name={w.now.owner}>{lead.data.manager_name}</Fact>}
        <Fact name={w.next.since}>
          <Moment at={i.since} />
        </Fact>
        <Fact name={w.next.limit}>
          <Moment at={i.due} />
        </Fact>
      </dl>
      {i.kind === 'describe' && <FactsForm interactionId={i.id} brief />}
      <LastContacts contactId={i.contact_id} />
      {question === 'done' && i.task_id && <Finish open onClose={close} taskId={i.task_id} kind={i.task_kind ?? ''} />}
      {question === 'snooze' && i.task_id && <Snooze open onClose={close} taskId={i.task_id} />}
      <TaskDialog open={question === 'snooze' && !i.task_id} onClose={close} about={{ leadId: i.lead_id, contactId: i.contact_id }} kind="call" />
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The buttons of an item. A step that does not fit the item has no button, and its key does nothing. */
function Steps(props: { item: WorkItem; working: boolean; several: boolean; onNext: () => void; onAsk: (q: Question) => void }) {
  const w = useWords()
  const { item: i } = props
  const { lang } = useSettings()
  const [, navigate] = useLocation()
  const { can, busy, dial } = useDialling()
  const number = usePhone(i.number ?? '', lang)
  const take = useTakeLead()
  const isLead = i.kind === 'new' || i.kind === 'answer'
  const call = !number.dial || !i.number || i.kind === 'ringing' ? undefined : () => (can ? dial(i.number!) : location.assign(`tel:${i.number!}`))
  const reply = i.lead_id ? () => navigate(`/leads/${i.lead_id!}`) : undefined
  const mayTake = i.kind === 'new' && (i.nobodys || !props.working)
  const done = i.task_id ? () => props.onAsk('done') : mayTake ? () => take.mutate({ id: i.id, nobodys: !!i.nobodys }) : undefined
  const snooze = i.task_id || isLead ? () => props.onAsk('snooze') : undefined
  return (
    <div className="actions work-steps">
      <StepButton letter="C" name={w.next.call} press={call} primary={!!i.task_id} disabled={busy} />
      <StepButton letter="R" name={i.kind === 'ringing' ? w.next.answerIt : w.next.reply} press={reply} primary={!i.task_id} />
      <StepButton letter="D" name={isLead ? w.next.take : w.next.done} press={done} disabled={take.isPending} />
      <StepButton letter="S" name={isLead ? w.next.later : w.next.snooze} press={snooze} />
      {props.several && (
        <button type="button" className="button" onClick={props.onNext}>
          {w.next.onward} <kbd>J</kbd>
        </button>
      )}
      <Refused error={take.error} />
    </div>
  )
}

function StepButton({ letter, name, press, primary = false, disabled = false }: { letter: string; name: string; press?: () => void; primary?: boolean; disabled?: boolean }) {
  useKey(letter, name, disabled ? undefined : press)
  if (!press) return null
  return (
    <button type="button" className={primary ? 'button primary' : 'button'} disabled={disabled} aria-keyshortcuts={letter} onClick={press}>
      {name} <kbd>{letter}</kbd>
    </button>
  )
}

/** What the customer and we said last, over all channels. */
function LastContacts({ contactId }: { contactId: string | undefined }) {
  const w = useWords()
  const past = useInteractions(contactId, 3)
  if (!past.data?.items.length) return null
  return (
    <>
      <h3 className="work-past">{w.next.lastSaid}</h3>
      <ul className="work-contacts">
        {past.data.items.map((i) => (
          <li key={i.id}>
            <span className="with-icon">
              <ChannelIcon of={i} />
              <span className="sr-only">{w.channels[i.channel] ?? i.channel}</span>
              <span className="muted nowrap">
                <Moment at={i.at} />
              </span>
            </span>
            <span className="work-said">{i.subject || i.text ? [i.subject, i.text].filter(Boolean).join(' – ') : w.directions[i.direction]}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
