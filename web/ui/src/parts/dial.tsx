import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import type { Call, Dial, Failure } from '../api/client'
import { useMe } from '../api/queries'
import { typedNumber, usePhone } from '../format/phone'
import { useWords } from '../i18n'
import { useCancelDial, useDialling, useDials, useHangUp } from '../live/dial'
import { useCards, useNow } from '../live/use'
import { useSettings } from '../settings'
import { Refused } from './faces'
import { Icon } from './icons'
import { Timer } from './words'

/** Calls a number, named for those who do not see where it stands. */
export function CallButton({ number, children }: { number: string; children?: ReactNode }) {
  const w = useWords()
  const { lang } = useSettings()
  const { can, busy, dial } = useDialling()
  const f = usePhone(number, lang)
  if (!can || !f.dial) return <>{children}</>
  return (
    <button
      type="button"
      className={children ? 'link-button call-number above' : 'icon-button call-number above'}
      aria-label={w.dial.call(f.text)}
      title={w.dial.label}
      data-dial={number}
      disabled={busy}
      onClick={() => dial(number)}
    >
      <Icon name="call" size={14} />
      {children}
    </button>
  )
}

/** A number to be typed and called. */
export function DialField() {
  const w = useWords()
  const { can, busy, dial } = useDialling()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  if (!can) return null
  const submit = (e: FormEvent) => {
    e.preventDefault()
    const number = typedNumber(text)
    setWrong(!number)
    if (number) dial(number)
  }
  return (
    <form className="dial-field" onSubmit={submit}>
      <input
        className="input"
        type="tel"
        name="dial"
        autoComplete="off"
        aria-label={w.dial.number}
        aria-invalid={wrong}
        aria-describedby={wrong ? 'dial-wrong' : undefined}
        placeholder={w.dial.number}
        maxLength={30}
        value={text}
        onChange={(e) => {
          setText(e.target.value)
          setWrong(false)
        }}
      />
      <button type="submit" className="button primary" disabled={busy}>
        <Icon name="call" size={14} />
        {w.dial.label}
      </button>
      {wrong && (
        <p className="refused" id="dial-wrong" role="alert">
          {w.dial.wrong}
        </p>
      )}
    </form>
  )
}

/** How long a dial that is over stays in sight, in ms. */
const stays = { ended: 4_000, failed: 60_000 }

/** How the call that I asked for is getting on; on every page. */
export function DialCard() {
  const w = useWords()
  const { can, error, forget } = useDialling()
  const dials = useDials(can)
  const now = useNow(1000)
  const cards = useCards()
  const [dismissed, setDismissed] = useState('')
  const [over, setOver] = useState<{ id: string; at: number } | null>(null)
  const d = dials.data?.[0]
  const isOver = d?.state === 'ended' || d?.state === 'failed'
  useEffect(() => {
    // What was over before this page was opened is old news.
    if (!d) return
    if (!isOver) setOver({ id: d.id, at: 0 })
    else setOver((o) => (o?.id === d.id && o.at === 0 ? { id: d.id, at: Date.now() } : o))
  }, [d, isOver])
  // The caller's card tells of the talk, and more.
  const told = d?.state === 'talking' && cards.some((c) => c.card === 'talking' && c.call.direction === 'out')
  const shown = d && !told && dismissed !== d.id && (!isOver || (over?.id === d.id && (over.at === 0 || now - over.at < stays[d.state as 'ended' | 'failed'])))
  return (
    <div className="dial-dock">
      <p className="sr-only" role="status">
        {error ? `${w.dial.refused}. ${refusalWords(w, error)}` : shown && `${w.dial.states[d.state]}. ${wordsOf(w, d)}`}
      </p>
      {error ? (
        <section className="dial-card" data-dial-state="refused">
          <header className="card-head">
            <span className="card-state">{w.dial.refused}</span>
            <span className="grow" />
            <Dismiss onPress={forget} />
          </header>
          <p className="dial-words">{refusalWords(w, error)}</p>
        </section>
      ) : (
        shown && <Progress dial={d} over={isOver} dismiss={() => setDismissed(d.id)} />
      )}
    </div>
  )
}

const wordsOf = (w: ReturnType<typeof useWords>, d: Dial) =>
  d.state === 'failed' && d.reason ? w.dial.reasons[d.reason] : w.dial.hints[d.state](d.extension)

function refusalWords(w: ReturnType<typeof useWords>, { kind, problem }: Failure): string {
  const rule = problem?.reason && w.problems[problem.reason](problem.value ?? '')
  if (rule) return rule
  if (kind === 'invalid' || kind === 'conflict') return w.dial.refusals[kind]
  return w.failure[kind as keyof typeof w.failure].join('. ')
}

function Dismiss({ onPress }: { onPress: () => void }) {
  const w = useWords()
  return (
    <button type="button" className="icon-button" aria-label={w.dismiss} onClick={onPress}>
      <Icon name="close" />
    </button>
  )
}

function Progress({ dial: d, over, dismiss }: { dial: Dial; over: boolean; dismiss: () => void }) {
  const w = useWords()
  const { lang } = useSettings()
  const { text } = usePhone(d.number, lang)
  const cancel = useCancelDial()
  return (
    <section className="dial-card" data-dial-state={d.state} data-reason={d.reason} aria-label={w.dial.outgoing(text)}>
      <header className="card-head">
        <span className="card-state">{w.dial.states[d.state]}</span>
        {!over && <Timer at={d.state === 'talking' ? d.updated : d.asked} />}
        <span className="grow" />
        {over && <Dismiss onPress={dismiss} />}
      </header>
      <p className="dial-who num">{text}</p>
      <p className="dial-words muted">
        {wordsOf(w, d)}
      </p>
      {!over && (
        <button
          type="button"
          className="button danger"
          disabled={cancel.isPending || cancel.isSuccess}
          onClick={() => cancel.mutate(d.id)}
        >
          {d.state === 'talking' ? w.dial.hangUp : w.dial.giveUp}
        </button>
      )}
      <Refused error={cancel.error} />
    </section>
  )
}

/** Ends my part of a call in progress; for a supervisor the call. */
export function HangUp({ call }: { call: Call }) {
  const w = useWords()
  const { can } = useDialling()
  const supervises = ['supervisor', 'admin'].includes(useMe().user.role)
  const hangUp = useHangUp()
  if (!can && !supervises) return null
  return (
    <p className="card-hangup">
      <button
        type="button"
        className="button danger"
        data-hangup={call.id}
        disabled={hangUp.isPending || hangUp.isSuccess}
        onClick={() => hangUp.mutate(call.id)}
      >
        {w.dial.hangUp}
      </button>
      {hangUp.error && (
        <span className="refused" role="alert">
          {hangUp.error.kind === 'conflict' ? w.dial.notLive : w.failure[hangUp.error.kind].join('. ')}
        </span>
      )}
    </p>
  )
}
