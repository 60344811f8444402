import { useEffect, useRef } from 'react'
import { useWords } from '../i18n'
import { useCards, useDuty } from '../live/use'
import { useSettings } from '../settings'
import { useCaller } from './caller'
import { showCall } from './dock'

let audio: AudioContext | undefined

/** Browsers allow sound only after a press or a key; call it from one. */
export function unlockSound() {
  audio ??= new AudioContext()
  void audio.resume()
}

/** Two short soft tones. */
export function beep() {
  if (audio?.state !== 'running') return
  const start = audio.currentTime
  for (const [at, pitch] of [
    [0, 660],
    [0.18, 880],
  ] as const) {
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0, start + at)
    volume.gain.linearRampToValueAtTime(0.12, start + at + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, start + at + 0.16)
    tone.connect(volume).connect(audio.destination)
    tone.start(start + at)
    tone.stop(start + at + 0.17)
  }
}

/** Chrome on Android has the class and refuses to make one. */
function notification(title: string, options: NotificationOptions): Notification | undefined {
  try {
    return new Notification(title, options)
  } catch {
    return undefined
  }
}

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
    if (!notify || !('Notification' in window) || Notification.permission !== 'granted' || !rings || watched) return
    for (const c of ringing) {
      if (open.current.has(c.key)) continue
      const n = notification(w.now.announce(caller(c)), { tag: c.key, icon: '/icon.svg', requireInteraction: true })
      if (!n) return
      n.onclick = () => {
        window.focus()
        showCall(c.call.id)
        n.close()
      }
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
