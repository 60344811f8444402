import { type ReactNode, useEffect, useRef } from 'react'
import { Failure } from '../api/client'
import { useWords } from '../i18n'
import { Icon } from './icons'

/** A page: sets the tab's title; its heading takes the focus after navigation. */
export function Page({ title, children, aside }: { title: string; children: ReactNode; aside?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ctihub`
  }, [title])
  useEffect(() => {
    if (arrived) heading.current?.focus({ preventScroll: true })
    arrived = true
  }, [])
  return (
    <>
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {aside}
      </div>
      {children}
    </>
  )
}

/** The first page of a visit leaves the focus to the browser. */
let arrived = false

/** An empty list: why it is empty, and the next step. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <p className="muted">{children}</p>}
      {action}
    </div>
  )
}

/** A failed request: what failed, the remedy, and a button to try again. */
export function Broken({ error, retry }: { error: unknown; retry?: () => void }) {
  const w = useWords()
  const [title, remedy] = failureWords(w, error)
  return (
    <div className="broken" role="alert">
      <Icon name="warn" size={20} />
      <div>
        <p className="empty-title">{title}</p>
        <p className="muted">{remedy}</p>
        {retry && (
          <button type="button" className="button" onClick={retry}>
            {w.retry}
          </button>
        )}
      </div>
    </div>
  )
}

/** One line under a control whose action failed. */
export function Refused({ error }: { error: unknown }) {
  const w = useWords()
  if (!error) return null
  const [title, remedy] = failureWords(w, error)
  return (
    <p className="refused" role="alert">
      {title}. {remedy}
    </p>
  )
}

/** Another user's change while a form was open; the form keeps its own text. */
export function Meanwhile({ error, now }: { error: unknown; now: (string | undefined)[] }) {
  const w = useWords()
  if (!(error instanceof Failure) || error.kind !== 'outdated') return null
  return (
    <p className="muted small" data-meanwhile>
      {w.meanwhile}: {now.filter(Boolean).join(' · ') || '—'}
    </p>
  )
}

function failureWords(w: ReturnType<typeof useWords>, error: unknown): string[] {
  if (!(error instanceof Failure)) return w.failure.internal
  const told = error.problem?.reason && w.problems[error.problem.reason]
  return told ? [w.failure[error.kind][0]!, told(error.problem?.value ?? '')] : w.failure[error.kind]
}

/** Grey bars in the place of rows that are loading. */
export function Skeleton({ rows, height = 44 }: { rows: number; height?: number }) {
  const w = useWords()
  return (
    <div className="skeleton" role="status" aria-label={w.loading}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="skeleton-row" style={{ height }}>
          <span style={{ width: `${35 + ((i * 29) % 45)}%` }} />
        </div>
      ))}
    </div>
  )
}
