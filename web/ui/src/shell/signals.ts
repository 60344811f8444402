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

/** Shows a notification that a press closes, if the browser lets us: Chrome on Android has the class and refuses to make one. */
export function notification(title: string, options: NotificationOptions, press?: () => void): Notification | undefined {
  if (!('Notification' in window) || Notification.permission !== 'granted') return undefined
  try {
    const n = new Notification(title, { icon: '/icon.svg', ...options })
    n.onclick = () => {
      window.focus()
      press?.()
      n.close()
    }
    return n
  } catch {
    return undefined
  }
}
