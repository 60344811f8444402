import type { ReactNode } from 'react'
import { usePhone } from '../format/phone'
import { useWords } from '../i18n'
import { useDialling } from '../live/dial'
import { useSettings } from '../settings'
import { Icon } from './icons'

/** Calls a number. Its name for screen readers says which. */
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

/** A number formatted for its country; `call` makes it a button that calls it, or where the hub cannot, a link that a phone can dial. */
export function Phone({ number, call = false, country = false }: { number: string; call?: boolean; country?: boolean }) {
  const { lang } = useSettings()
  const w = useWords()
  const f = usePhone(number, lang)
  const { can } = useDialling()
  if (!number) return <span className="muted">{w.withheld}</span>
  const text = <span className="num nowrap">{f.text}</span>
  return (
    <>
      {call && f.dial ? can ? <CallButton number={number}>{text}</CallButton> : <a href={`tel:${number}`}>{text}</a> : text}
      {country && f.country && <span className="muted"> · {f.country}</span>}
    </>
  )
}
