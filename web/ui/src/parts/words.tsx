import type { Call, Disposition, Interaction, Lead, LeadStatus } from '../api/client'
import { ago, clock, exact, lasting, moment } from '../format/time'
import { useWords } from '../i18n'
import { useHubNow } from '../live/use'
import { useSettings } from '../settings'
import { Icon, type IconName } from './icons'

/** How long ago; the exact time on hover and for screen readers that ask. */
export function Age({ at }: { at: string }) {
  const { lang } = useSettings()
  const now = useHubNow(15_000)
  return (
    <time dateTime={at} title={exact(at, lang)}>
      {ago(at, lang, now)}
    </time>
  )
}

/** When; the exact time on hover. */
export function Moment({ at }: { at: string }) {
  const { lang } = useSettings()
  const now = useHubNow(60_000)
  return (
    <time dateTime={at} title={exact(at, lang)}>
      {moment(at, lang, now)}
    </time>
  )
}

/** How long the customer waited for the first answer, or has been waiting; the exact time on hover. */
export function Waited({ lead: l }: { lead: Lead }) {
  const w = useWords()
  const { lang } = useSettings()
  const now = useHubNow(l.responded ? 60_000 : 15_000)
  const open = l.status === 'new' || l.status === 'working'
  if (!l.responded && !open) return null
  const span = lasting((l.responded ? Date.parse(l.responded) : now) - Date.parse(l.opened), lang)
  return (
    <span className="second num" data-waited={l.responded ? 'answered' : 'waiting'} title={l.responded ? w.reply.answeredAt(exact(l.responded, lang)) : w.reply.waitsSince(exact(l.opened, lang))}>
      {l.responded ? w.reply.answeredIn(span) : w.reply.waits(span)}
    </span>
  )
}

/** A running clock since `at`, or the fixed span until `until`. */
export function Timer({ at, until }: { at: string; until?: string }) {
  const now = useHubNow(until ? 60_000 : 500)
  const end = until ? Date.parse(until) : now
  return <span className="num">{clock(end - Date.parse(at))}</span>
}

const tone: Record<Disposition, string> = {
  answered: 'good',
  voicemail: 'plain',
  missed: 'bad',
  abandoned: 'bad',
  busy: 'warn',
  declined: 'warn',
  unreachable: 'warn',
  failed: 'warn',
  barred: 'plain',
  interrupted: 'warn',
}

/** The disposition of a call, or its state while it is in progress. */
export function Outcome({ call }: { call: Pick<Call, 'state' | 'disposition' | 'direction'> }) {
  const w = useWords()
  if (call.state !== 'ended') {
    return <span className={`badge ${call.state === 'ringing' ? 'accent' : 'good'}`}>{w.callStates[call.state]}</span>
  }
  if (!call.disposition) return <span className="badge plain">{w.callStates.ended}</span>
  const t = call.direction === 'in' ? tone[call.disposition] : call.disposition === 'answered' ? 'good' : 'plain'
  return <span className={`badge ${t}`}>{w.dispositions[call.disposition]}</span>
}

const stageTone: Record<LeadStatus, string> = { new: 'accent', working: 'warn', won: 'good', refused: 'plain' }

export function Stage({ status }: { status: LeadStatus }) {
  const w = useWords()
  return <span className={`badge ${stageTone[status]}`}>{w.stage[status]}</span>
}

const channelIcons: Record<string, IconName> = {
  call: 'call',
  form: 'form',
  email: 'email',
  telegram: 'telegram',
  whatsapp: 'whatsapp',
  viber: 'viber',
  vk: 'vk',
  max: 'max',
}

/** The icon of an interaction: the direction of a call, the channel of everything else. */
export function ChannelIcon({ of: i }: { of: Pick<Interaction, 'channel' | 'direction'> }) {
  const name = i.channel === 'call' ? i.direction : (channelIcons[i.channel] ?? 'other')
  return <Icon name={name} />
}
