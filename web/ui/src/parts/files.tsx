import { useEffect, useRef, useState } from 'react'
import { type Attachment, Failure } from '../api/client'
import { upload } from '../api/files'
import { size } from '../format/files'
import { useWords } from '../i18n'
import { useSettings } from '../settings'
import { Icon } from './icons'

/** A file on its way, or one that did not make it. */
interface Loading {
  key: number
  name: string
  part: number
  wrong?: 'large' | 'many' | 'failed'
}

export interface Files {
  readonly done: Attachment[]
  readonly loading: Loading[]
  readonly most: number
  readonly busy: boolean
  add(files: File[]): void
  remove(id: string | number): void
}

let counted = 0

/** The files of a draft: those that are uploaded, and those on their way. */
export function useFiles(done: Attachment[], change: (files: Attachment[]) => void, most: number): Files {
  const [loading, setLoading] = useState<Loading[]>([])
  const latest = useRef({ done, change })
  latest.current = { done, change }
  const stops = useRef(new Map<number, AbortController>())
  useEffect(() => () => stops.current.forEach((s) => s.abort()), [])
  const patch = (key: number, p: Partial<Loading>) => setLoading((l) => l.map((x) => (x.key === key ? { ...x, ...p } : x)))
  const drop = (key: number) => setLoading((l) => l.filter((x) => x.key !== key))
  const start = (file: File) => {
    const key = ++counted
    const large = file.size > most
    setLoading((l) => [...l, { key, name: file.name, part: 0, wrong: large ? 'large' : undefined }])
    if (large) return
    const stop = new AbortController()
    stops.current.set(key, stop)
    upload(file, (part) => patch(key, { part }), stop.signal)
      .then(
        (f) => {
          drop(key)
          latest.current.change([...latest.current.done, f])
          latest.current.done = [...latest.current.done, f]
        },
        (e) => patch(key, { wrong: e instanceof Failure && e.kind === 'throttled' ? 'many' : 'failed' }),
      )
      .finally(() => stops.current.delete(key))
  }
  return {
    done,
    loading,
    most,
    busy: loading.some((l) => !l.wrong),
    add: (files) => files.forEach(start),
    remove: (id) => {
      if (typeof id === 'string') return change(done.filter((f) => f.id !== id))
      stops.current.get(id)?.abort()
      drop(id)
    },
  }
}

export function FileList({ files }: { files: Files }) {
  const w = useWords()
  const { lang } = useSettings()
  if (files.done.length + files.loading.length === 0) return null
  return (
    <ul className="composer-files">
      {files.done.map((f) => (
        <li key={f.id} className="chip" data-file={f.name}>
          <Icon name="clip" size={14} />
          <span className="clip">{f.name}</span>
          <span className="muted num nowrap">{size(f.size, lang)}</span>
          <Remove name={f.name} onPress={() => files.remove(f.id)} />
        </li>
      ))}
      {files.loading.map((l) => (
        <li key={l.key} className="composer-loading">
          {l.wrong ? (
            <span className="refused" role="alert">
              {l.wrong === 'large' ? w.reply.tooLarge(l.name, size(files.most, lang)) : l.wrong === 'many' ? w.reply.tooManyWait(l.name) : w.reply.uploadFailed(l.name)}
            </span>
          ) : (
            <>
              <span className="clip">{l.name}</span>
              <progress value={l.part} aria-label={l.name} />
              <span className="muted num">{w.reply.uploading(Math.round(l.part * 100))}</span>
            </>
          )}
          <Remove name={l.name} onPress={() => files.remove(l.key)} />
        </li>
      ))}
    </ul>
  )
}

function Remove({ name, onPress }: { name: string; onPress: () => void }) {
  const w = useWords()
  return (
    <button type="button" className="icon-button" aria-label={w.reply.remove(name)} onClick={onPress}>
      <Icon name="close" size={14} />
    </button>
  )
}

/** A button that adds files to a draft. */
export function AttachFiles({ files }: { files: Files }) {
  const w = useWords()
  return (
    <label className="button quiet">
      <Icon name="clip" />
      {w.reply.attach}
      <input
        type="file"
        multiple
        className="sr-only"
        name="files"
        onChange={(e) => {
          files.add([...(e.target.files ?? [])])
          e.target.value = ''
        }}
      />
    </label>
  )
}
