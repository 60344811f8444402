import { useEffect, useState } from 'react'
import type { Dial, Failure } from '../api/client'
import { usePhone } from '../format/phone'
import { useWords } from '../i18n'
import { useCancelDial, useDialling, useDials } from '../live/dial'
import { useCards, useNow } from '../live/use'
import { Refused } from '../parts/faces'
import { Icon } from '../parts/icons'
import { Timer } from '../parts/words'
import { useSettings } from '../settings'

/** How long an ended dial stays visible, in ms. */
const stays = { ended: 4_000, failed: 60_000 }

/** The state of the call that I asked the hub to dial; on every page. */
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
    // A dial that ended before the page was opened is not shown.
    if (!d) return
    if (!isOver) setOver({ id: d.id, at: 0 })
    else setOver((o) => (o?.id === d.id && o.at === 0 ? { id: d.id, at: Date.now() } : o))
  }, [d, isOver])
  // The call's own card shows the talk.
  const shownByCall = d?.state === 'talking' && cards.some((c) => c.card === 'talking' && c.call.direction === 'out')
  const shown = d && !shownByCall && dismissed !== d.id && (!isOver || (over?.id === d.id && (over.at === 0 || now - over.at < stays[d.state as 'ended' | 'failed'])))
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
