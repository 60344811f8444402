import { type FormEvent, useState } from 'react'
import { useChangePassword, useMyTokens } from './queries'
import { useWords } from '../i18n'
import { Answers, Ask, Field } from '../parts/controls'
import { Broken, Refused, Skeleton } from '../parts/faces'

/** As the hub asks for. */
const shortest = 10

/** Changes my password. Other devices are signed out, and on request the API tokens revoked. */
export function PasswordButton() {
  const w = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button" data-password onClick={() => setOpen(true)}>
        {w.password.label}
      </button>
      <Ask open={open} onClose={() => setOpen(false)} title={w.password.title}>
        <Change onDone={() => setOpen(false)} />
      </Ask>
    </>
  )
}

function Change({ onDone }: { onDone: () => void }) {
  const w = useWords()
  const tokens = useMyTokens()
  const change = useChangePassword()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [revoke, setRevoke] = useState(false)
  const [wrong, setWrong] = useState('')
  if (!tokens.data) {
    return tokens.isError ? <Broken error={tokens.error} retry={() => void tokens.refetch()} /> : <Skeleton rows={3} />
  }
  if (change.data) {
    return (
      <>
        <p role="status">{w.password.done}</p>
        {change.data.length > 0 && <p>{w.password.left(change.data.map((t) => t.name).join(', '))}</p>}
        <div className="dialog-foot">
          <button type="button" className="button primary" onClick={onDone}>
            {w.close}
          </button>
        </div>
      </>
    )
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    const say = !current ? w.password.empty : [...password].length < shortest ? w.password.short(shortest) : password !== again ? w.password.differ : ''
    setWrong(say)
    if (!say) change.mutate({ current, password, revoke_tokens: revoke })
  }
  const field = change.error?.problem?.field
  return (
    <form onSubmit={submit} noValidate>
      <Field label={w.password.current} name="current" type="password" autoComplete="current-password" max={1000} autoFocus value={current} onChange={setCurrent} />
      <Field label={w.password.next} name="password" type="password" autoComplete="new-password" max={1000} value={password} onChange={setPassword} />
      <Field label={w.password.again} name="again" type="password" autoComplete="new-password" max={1000} value={again} onChange={setAgain} />
      <p className="muted">{w.password.ends}</p>
      {tokens.data.length > 0 && (
        <label className="check">
          <input type="checkbox" name="revoke" checked={revoke} onChange={(e) => setRevoke(e.target.checked)} />
          <span>{w.password.revoke(tokens.data.map((t) => t.name).join(', '))}</span>
        </label>
      )}
      {wrong ? (
        <p className="refused" role="alert">
          {wrong}
        </p>
      ) : field === 'current' ? (
        <p className="refused" role="alert">
          {w.password.wrong}
        </p>
      ) : (
        <Refused error={change.error} />
      )}
      <Answers action={w.password.submit} disabled={change.isPending} onCancel={onDone} />
    </form>
  )
}
