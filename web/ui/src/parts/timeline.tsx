import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Call, Interaction, Lead } from '../api/client'
import { clock } from '../format/time'
import { answeredBy, legName } from '../format/people'
import { useRefusal } from './entries'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { reasonText } from '../i18n/reasons'
import { Icon } from './icons'
import { Message } from './message'
import { ReplyStatus } from './reply-status'
import { Sounds } from './sound'
import { Phone } from './phone'
import { Age, ChannelIcon, Moment, Outcome } from './words'

/** One interaction in one line. */
export function Summary({ of: i }: { of: Interaction }) {
  const w = useWords()
  const text = i.subject || i.text?.split('\n')[0]
  return (
    <span className="summary">
      <span className={`sign ${i.call ? i.direction : ''}`}>
        <ChannelIcon of={i} />
      </span>
      <span className="summary-text">
        {i.call ? (
          <>
            {i.call.disposition ? w.dispositions[i.call.disposition] : w.callStates[i.call.state]}
            {i.call.operator && <span className="muted"> · {answeredBy(i.call, '')}</span>}
          </>
        ) : (
          <>
            {w.channels[i.channel] ?? i.channel}
            {text && <span className="muted"> · {text}</span>}
          </>
        )}
      </span>
      <span className="muted nowrap">
        <Age at={i.at} />
      </span>
    </span>
  )
}

type Item = { at: string; key: string; node: ReactNode }

interface TimelineProps {
  interactions: Interaction[]
  lead?: Lead
  /** Whose each of them is, where they are of several contacts. */
  who?: (i: Interaction) => ReactNode
  below?: (i: Interaction) => ReactNode
}

/** Everything that happened with a contact or a company, the newest first, with the steps of a lead between. */
export function Timeline({ interactions, lead, who, below }: TimelineProps) {
  const items: Item[] = [
    ...interactions.map((i) => ({ at: i.at, key: i.id, node: <InteractionItem of={i} leadId={lead?.id} who={who?.(i)} below={below?.(i)} /> })),
    ...(lead ? steps(lead) : []),
  ].sort((a, b) => b.at.localeCompare(a.at) || b.key.localeCompare(a.key))
  return (
    <ol className="timeline">
      {items.map((i) => (
        <li key={i.key}>{i.node}</li>
      ))}
    </ol>
  )
}

function steps(lead: Lead): Item[] {
  const items: Item[] = [{ at: lead.opened, key: '1-opened', node: <Step at={lead.opened} kind="opened" lead={lead} /> }]
  if (lead.assigned) items.push({ at: lead.assigned, key: '2-given', node: <Step at={lead.assigned} kind="given" lead={lead} /> })
  if (lead.closed) items.push({ at: lead.closed, key: '3-closed', node: <Step at={lead.closed} kind="closed" lead={lead} /> })
  return items
}

function Step({ at, kind, lead }: { at: string; kind: 'opened' | 'given' | 'closed'; lead: Lead }) {
  const w = useWords()
  const refusal = useRefusal(kind === 'closed' ? lead.refusal : undefined, lead.refusal_id)
  const words = {
    opened: w.lead.openedAt,
    given: w.lead.assignedAt(lead.manager_name || w.unknown),
    closed: w.lead.closedAt[lead.status] ?? '',
  }
  const why = kind === 'given' ? reasonText(w, lead.reason, lead.reason_text) : kind === 'closed' ? refusal : ''
  return (
    <div className="tl tl-step">
      <span className="tl-sign">
        <span className="tl-dot" />
      </span>
      <p className="muted">
        {words[kind]}
        {why && ` – ${why}`}
      </p>
      <span className="muted tl-at">
        <Moment at={at} />
      </span>
    </div>
  )
}

function InteractionItem({ of: i, leadId, who, below }: { of: Interaction; leadId?: string; who: ReactNode; below: ReactNode }) {
  const w = useWords()
  const title = i.call ? `${w.directions[i.direction]} · ${w.channels.call}` : (w.channels[i.channel] ?? i.channel)
  return (
    <article className="tl" data-interaction={i.id}>
      <span className={`tl-sign sign ${i.call ? i.direction : ''}`}>
        <ChannelIcon of={i} />
      </span>
      <div className="tl-body">
        <p className="tl-title">
          <span className="strong">{i.call ? w.directions[i.direction] : title}</span>
          {i.call && <Outcome call={i.call} />}
          {!i.call && i.subject && <span>{i.subject}</span>}
          {who}
          <span className="muted">{i.facts?.author ? i.facts.author.name : sourceName(w, i.source)}</span>
          {i.lead_id && i.lead_id !== leadId && (
            <Link href={`/leads/${i.lead_id}`} className="small">
              {leadId ? w.lead.otherLead : w.contacts.itsLead}
            </Link>
          )}
        </p>
        {i.call ? <CallBody call={i.call} /> : <Message of={i} />}
        {!i.call && i.direction === 'out' && (leadId ?? i.lead_id) && <ReplyStatus id={i.id} leadId={(leadId ?? i.lead_id)!} />}
        {below}
      </div>
      <span className="muted tl-at">
        <Moment at={i.at} />
      </span>
    </article>
  )
}

function CallBody({ call: c }: { call: Call }) {
  const w = useWords()
  const times = [
    c.wait_ms ? w.lead.waited(clock(c.wait_ms)) : '',
    c.ring_ms ? w.calls.rangFor(clock(c.ring_ms)) : '',
    c.talk_ms ? w.lead.talked(clock(c.talk_ms)) : '',
    c.hold_ms ? w.calls.held(clock(c.hold_ms)) : '',
    (c.hangup_by && w.hangup[c.hangup_by]) || '',
  ].filter(Boolean)
  return (
    <>
      <p className="muted">
        <Phone number={c.from} /> → {dialled(c) ? <Phone number={dialled(c)} call={c.direction === 'out'} /> : '—'}
        {c.queue && ` · ${w.now.queue} ${c.queues?.length ? c.queues.join(' → ') : c.queue}`}
        {times.length > 0 && <span className="num"> · {times.join(' · ')}</span>}
      </p>
      {c.legs.length > 0 && (
        <ul className="legs" aria-label={w.lead.whoRang}>
          {c.legs.map((l, n) => (
            <li key={n} className={l.answered ? 'leg answered' : 'leg'}>
              <Icon name={l.answered ? 'check' : 'call'} size={12} />
              {legName(l)}: {w.legStates[l.state]}
              <span className="num">{rang(l.rang, l.answered ?? l.ended, w.lead.rang)}</span>
            </li>
          ))}
        </ul>
      )}
      <Transfers of={c} />
      <Sounds of={c} />
      {c.state === 'ended' && !c.journal && <p className="muted small">{w.calls.liveOnly}</p>}
    </>
  )
}

/** The transfers of a call. */
function Transfers({ of: c }: { of: Call }) {
  const w = useWords()
  if (!c.transfers?.length) return null
  const name = (ext?: string) => c.legs.find((l) => l.extension === ext && l.user)?.user?.name ?? ext ?? '?'
  return (
    <ul className="legs" aria-label={w.calls.transfers}>
      {c.transfers.map((t, n) => (
        <li key={n} className="leg">
          <Icon name="out" size={12} />
          {name(t.from)} → {name(t.to)}: {w.calls.transferred[t.kind]}
          <span className="num">
            , <Moment at={t.at} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** The number that was called: inbound ours, by which they reached us. */
const dialled = (c: Call) => (c.direction === 'in' && c.did) || c.to

function rang(from: string, until: string | undefined, say: (d: string) => string): string {
  return until ? `, ${say(clock(Date.parse(until) - Date.parse(from)))}` : ''
}
