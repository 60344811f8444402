import { useEffect, useRef } from 'react'
import { useWords } from '../i18n'
import { useCards, useDuty } from '../live/use'
import { useSettings } from '../settings'
import { useCaller } from './caller'
import { showCall } from './dock'
import { beep, notification, unlockSound } from './signals'

/**
 * Announces a ringing phone: sound, notification, tab title, screen reader. Of all
 * tabs one plays the sound, and shows the notification when no tab is visible.
 */
export function Alarm() {
  const w = useWords()
  const { mute, notify } = useSettings()
  const caller = useCaller()
  const { rings, watched } = useDuty()
  const ringing = useCards().filter((c) => c.card === 'ringing')
  const keys = ringing.map((c) => c.key).join(' ')
  const names = ringing.map(caller).join(', ')

  useEffect(() => {
    if (mute) return
    // Browsers allow sound after the first click or key of the visit.
    addEventListener('pointerdown', unlockSound, { once: true })
    addEventListener('keydown', unlockSound, { once: true })
    return () => {
      removeEventListener('pointerdown', unlockSound)
      removeEventListener('keydown', unlockSound)
    }
  }, [mute])

  useEffect(() => {
    if (!keys || mute || !rings) return
    beep()
    const t = setInterval(beep, 2500)
    return () => clearInterval(t)
  }, [keys, mute, rings])

  const open = useRef(new Map<string, Notification>())
  useEffect(() => {
    const now = new Set(keys.split(' '))
    for (const [key, n] of open.current) {
      if (now.has(key)) continue
      n.close()
      open.current.delete(key)
    }
    if (!notify || !rings || watched) return
    for (const c of ringing) {
      if (open.current.has(c.key)) continue
      const n = notification(w.now.announce(caller(c)), { tag: c.key, requireInteraction: true }, () => showCall(c.call.id))
      if (!n) return
      open.current.set(c.key, n)
    }
    // Only a change of the ringing calls matters.
  }, [keys, notify, rings, watched])

  useEffect(() => {
    if (!names) return
    const quiet = document.title
    const loud = `☎ ${names}`
    document.title = loud
    return () => {
      if (document.title === loud) document.title = quiet
    }
  }, [names])

  return (
    <div className="sr-only" aria-live="assertive">
      {names && w.now.announce(names)}
    </div>
  )
}
