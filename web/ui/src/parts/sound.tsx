import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api, ask, Failure, type Call, type Recording } from '../api/client'
import { keys } from '../api/keys'
import { clock } from '../format/time'
import { useWords } from '../i18n'
import { Pick, Segments } from './controls'
import { Icon } from './icons'

type Side = 'both' | 'left' | 'right'

const speeds = ['0.75', '1', '1.25', '1.5', '2'] as const
const ms = (seconds: number) => Math.round(seconds * 1000)

/** The recordings of a call, or why there is none to hear. */
export function Sounds({ of: call, open = false }: { of: Call; open?: boolean }) {
  return call.recordings?.length ? (
    <ul className="sounds">
      {call.recordings.map((r) => (
        <li key={r.id} data-recording={r.id} data-state={r.state}>
          <Sound of={r} opened={open} />
        </li>
      ))}
    </ul>
  ) : null
}

function Sound({ of: r, opened }: { of: Recording; opened: boolean }) {
  const w = useWords()
  const [open, setOpen] = useState(opened)
  if (r.state !== 'stored') {
    const why = r.error ? (w.sound.errors[r.error] ?? w.sound.notFetched) : ''
    return (
      <p className="muted sound-none">
        {w.sound.states[r.state]}
        {why && ` – ${why}`}
      </p>
    )
  }
  if (open) return <Player id={r.id} length={r.seconds ?? 0} takesFocus={!opened} />
  return (
    <button type="button" className="button quiet sound-open" onClick={() => setOpen(true)}>
      <Icon name="play" size={14} />
      {w.sound.listen}
      {!!r.seconds && <span className="num muted">{clock(ms(r.seconds))}</span>}
    </button>
  )
}

const link = async (id: string, download = false) =>
  (await ask(api.POST('/api/v1/recordings/{id}/link', { params: { path: { id } }, body: { download } }))).url

/** With takesFocus it takes the focus, because it replaces the button that opened it. */
function Player({ id, length, takesFocus }: { id: string; length: number; takesFocus: boolean }) {
  const w = useWords()
  const audio = useRef<HTMLAudioElement>(null)
  const start = useRef<HTMLButtonElement>(null)
  const [url, setUrl] = useState('')
  const [failed, setFailed] = useState('')
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [total, setTotal] = useState(length)
  const [speed, setSpeed] = useState('1')
  const [side, setSide] = useState<Side>('both')
  const renewed = useRef(0)
  const pick = useSides(audio)
  const detail = useQuery({
    queryKey: keys.recording(id),
    queryFn: () => ask(api.GET('/api/v1/recordings/{id}', { params: { path: { id } } })),
    staleTime: Infinity,
  })

  const load = (from: number) =>
    link(id).then(
      (u) => {
        setFailed('')
        setUrl(from > 0 ? `${u}#t=${from}` : u)
      },
      (f: unknown) => setFailed(f instanceof Failure && f.kind === 'not_found' ? w.sound.gone : w.sound.failed),
    )
  useEffect(() => {
    void load(0)
    // The link is requested once, and again when it has expired.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id])

  useEffect(() => {
    if (takesFocus) start.current?.focus()
  }, [takesFocus])

  // A link is valid for five minutes: a refused one is replaced, with a limit on how often.
  const broke = () => {
    if (Date.now() - renewed.current < 10_000) return setFailed(w.sound.failed)
    renewed.current = Date.now()
    void load(at)
  }
  const toggle = () => {
    const a = audio.current
    if (!a) return
    if (a.paused) void a.play().catch(() => setFailed(w.sound.failed))
    else a.pause()
  }
  const seek = (t: number) => {
    setAt(t)
    if (audio.current) audio.current.currentTime = t
  }
  const download = () => void link(id, true).then((u) => location.assign(u), () => setFailed(w.sound.failed))

  const channels = detail.data?.channels ?? 0
  return (
    <div className="player" data-playing={playing || undefined}>
      <audio
        ref={audio}
        src={url || undefined}
        autoPlay
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(e) => setAt(e.currentTarget.currentTime)}
        onLoadedMetadata={(e) => {
          if (Number.isFinite(e.currentTarget.duration)) setTotal(e.currentTarget.duration)
          e.currentTarget.playbackRate = Number(speed)
        }}
        onError={broke}
      />
      <button ref={start} type="button" className="button icon-only" onClick={toggle} aria-disabled={!url || undefined} aria-label={playing ? w.sound.pause : w.sound.play}>
        <Icon name={playing ? 'pause' : 'play'} />
      </button>
      <Wave peaks={detail.data?.peaks ?? []} channels={channels} at={at} total={total} onSeek={seek} />
      <span className="num nowrap" data-at={at.toFixed(1)}>
        {clock(ms(at))} / {clock(ms(total))}
      </span>
      <Pick
        label={w.sound.speed}
        value={speed}
        choices={speeds.map((id) => ({ id, name: `${id.replace('.', w.sound.decimal)}×` }))}
        onChange={(v) => {
          setSpeed(v)
          if (audio.current) audio.current.playbackRate = Number(v)
        }}
      />
      {channels === 2 && (
        <Segments
          label={w.sound.side}
          value={side}
          choices={[
            { id: 'both', name: w.sound.sides.both },
            { id: 'left', name: w.sound.sides.left },
            { id: 'right', name: w.sound.sides.right },
          ]}
          onChange={(s) => {
            setSide(s)
            pick(s)
          }}
        />
      )}
      {detail.data?.may_download && (
        <button type="button" className="button quiet" onClick={download}>
          {w.sound.download}
        </button>
      )}
      {failed && (
        <p className="sound-failed" role="alert">
          {failed}
        </p>
      )}
    </div>
  )
}

/** Lets one side of a stereo recording through; the graph is made at the first choice. */
function useSides(audio: { readonly current: HTMLAudioElement | null }) {
  const graph = useRef<{ context: AudioContext; left: GainNode; right: GainNode }>(undefined)
  useEffect(() => () => void graph.current?.context.close(), [])
  return (side: Side) => {
    const element = audio.current
    if (!element) return
    if (!graph.current) {
      const context = new AudioContext()
      const split = context.createChannelSplitter(2)
      context.createMediaElementSource(element).connect(split)
      const through = (n: number) => {
        const gain = context.createGain()
        split.connect(gain, n)
        gain.connect(context.destination) // a single channel plays on both sides
        return gain
      }
      graph.current = { context, left: through(0), right: through(1) }
    }
    void graph.current.context.resume()
    graph.current.left.gain.value = side === 'right' ? 0 : 1
    graph.current.right.gain.value = side === 'left' ? 0 : 1
  }
}

/** The waveform is the slider's track; without peaks it is a plain bar. */
function Wave(props: { peaks: number[]; channels: number; at: number; total: number; onSeek: (t: number) => void }) {
  const { peaks, channels, at, total, onSeek } = props
  const w = useWords()
  const heard = useId()
  const path = useMemo(() => drawing(peaks, channels), [peaks, channels])
  const part = total > 0 ? Math.min(1, at / total) : 0
  return (
    <span className="wave">
      <svg viewBox="0 0 400 40" preserveAspectRatio="none" aria-hidden="true">
        <path d={path} className="wave-all" />
        <clipPath id={heard}>
          <rect width={400 * part} height="40" />
        </clipPath>
        <path d={path} className="wave-heard" clipPath={`url(#${heard})`} />
      </svg>
      <input
        type="range"
        min={0}
        max={total || 1}
        step={0.1}
        value={Math.min(at, total || 1)}
        aria-label={w.sound.position}
        aria-valuetext={clock(ms(at))}
        onChange={(e) => onSeek(Number(e.currentTarget.value))}
      />
    </span>
  )
}

/** One channel fills the height; of two, the first is above and the second below. */
function drawing(peaks: number[], channels: number): string {
  if (peaks.length === 0) return 'M0 18H400V22H0Z'
  const count = peaks.length / (channels || 1)
  const bar = (i: number, up: number, down: number) => `M${(i * 400) / count} ${20 - up}v${up + down}h${300 / count}v${-up - down}z`
  const tall = (v = 0) => Math.max(0.5, (v / 255) * 19)
  return Array.from({ length: count }, (_, i) => bar(i, tall(peaks[i]), tall(peaks[channels === 2 ? count + i : i]))).join('')
}
