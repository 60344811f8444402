import { useState } from 'react'
import { useWords } from '../i18n'
import { Toggle } from '../parts/controls'
import { changeSettings, useSettings } from '../settings'

/** Browsers offer notifications only over https and on localhost. */
const possible = () => 'Notification' in window && isSecureContext

/** Asks the browser for leave, which it gives only after a press. */
async function allow(): Promise<boolean> {
  const allowed = (await Notification.requestPermission()) === 'granted'
  changeSettings({ notify: allowed, offered: true })
  return allowed
}

/** The switch for notifications, with help when the browser blocks them. */
export function NotifyToggle() {
  const w = useWords()
  const s = useSettings()
  const [denied, setDenied] = useState(possible() && Notification.permission === 'denied')
  if (!possible()) return null
  const on = s.notify && Notification.permission === 'granted'
  const change = async (want: boolean) => {
    if (!want) changeSettings({ notify: false })
    setDenied(want && !(await allow()))
  }
  return (
    <>
      <Toggle on={on} onChange={(want) => void change(want)}>
        {w.settings.notify}
      </Toggle>
      {denied && (
        <p className="refused" role="alert">
          {w.settings.notifyDenied}
        </p>
      )}
    </>
  )
}

/** Offers notifications once, beside a call. */
export function NotifyOffer() {
  const w = useWords()
  const s = useSettings()
  const [asks] = useState(() => possible() && Notification.permission === 'default') // slow to ask
  if (!asks || s.offered) return null
  return (
    <div className="dock-offer">
      <p>{w.dock.offer}</p>
      <button type="button" className="button" onClick={() => void allow()}>
        {w.dock.allow}
      </button>
      <button type="button" className="button quiet" onClick={() => changeSettings({ offered: true })}>
        {w.dock.later}
      </button>
    </div>
  )
}
