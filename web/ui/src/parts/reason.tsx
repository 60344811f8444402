import { type FormEvent, type ReactNode, useState } from 'react'
import { Answers, Field } from './controls'
import { Refused } from './faces'

/** Asks in a dialog why something is ended: free text, or one of the usual reasons. */
export function ReasonForm(props: {
  name: string
  label: string
  usual: readonly string[]
  needed: string
  action: string
  error: unknown
  busy: boolean
  children?: ReactNode
  onCancel: () => void
  onReason: (why: string) => void
}) {
  const [why, setWhy] = useState('')
  const [empty, setEmpty] = useState(false)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (why.trim()) props.onReason(why.trim())
    else setEmpty(true)
  }
  return (
    <form onSubmit={submit}>
      {props.children}
      <Field label={props.label} name={props.name} value={why} onChange={setWhy} autoFocus />
      <div className="chips">
        {props.usual.map((r) => (
          <button key={r} type="button" className="chip" aria-pressed={why === r} onClick={() => setWhy(r)}>
            {r}
          </button>
        ))}
      </div>
      {empty && !why.trim() && (
        <p className="refused" role="alert">
          {props.needed}
        </p>
      )}
      <Refused error={props.error} />
      <Answers action={props.action} disabled={props.busy} onCancel={props.onCancel} />
    </form>
  )
}
