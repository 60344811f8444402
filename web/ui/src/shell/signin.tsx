import { type FormEvent, useEffect, useState } from 'react'
import { useDemo, useSignIn } from './queries'
import { useWords } from '../i18n'
import { Refused } from '../parts/faces'
import { changeSettings, useSettings } from '../settings'

/** Shown in place of whatever page was asked for; that page follows once it succeeds. */
export function SignIn({ expired }: { expired: boolean }) {
  const w = useWords()
  const { lang } = useSettings()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const [empty, setEmpty] = useState(false)
  const signIn = useSignIn()
  const { error } = signIn
  const wait = useCountdown(error?.kind === 'throttled' ? error.retryAfter || 30 : 0, signIn.failureReason)

  useEffect(() => {
    document.title = `${w.signIn.title} · ctihub`
  }, [w])

  const submit = (e: FormEvent) => {
    e.preventDefault()
    const missing = !login.trim() || !password
    setEmpty(missing)
    if (!missing && !wait && !signIn.isPending) signIn.mutate({ login: login.trim(), password })
  }

  return (
    <main className="signin" id="main">
      <form className="signin-box" onSubmit={submit} noValidate>
        <div className="signin-head">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <span className="brand">{w.appName}</span>
          <button
            type="button"
            className="link-button"
            lang={lang === 'ru' ? 'en' : 'ru'}
            onClick={() => changeSettings({ lang: lang === 'ru' ? 'en' : 'ru' })}
          >
            {lang === 'ru' ? 'English' : 'Русский'}
          </button>
        </div>
        <h1>{w.signIn.title}</h1>
        {expired && <p className="note">{w.signIn.expired}</p>}
        <label className="field">
          <span>{w.signIn.login}</span>
          <input
            className="input"
            name="login"
            value={login}
            onChange={(e) => setLogin(e.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            maxLength={200}
          />
        </label>
        <label className="field">
          <span>{w.signIn.password}</span>
          <input
            className="input"
            name="password"
            type={shown ? 'text' : 'password'}
            value={password}
            onChange={(e) => setPassword(e.target.value)}
            autoComplete="current-password"
            maxLength={1000}
          />
        </label>
        <label className="check">
          <input type="checkbox" checked={shown} onChange={(e) => setShown(e.target.checked)} />
          <span>{w.signIn.show}</span>
        </label>
        <button type="submit" className="button primary wide" disabled={wait > 0 || signIn.isPending}>
          {signIn.isPending ? w.signIn.busy : w.signIn.submit}
        </button>
        <div className="signin-say" aria-live="polite">
          {signIn.isPaused && <p className="note">{w.signIn.unreached}</p>}
          {empty && <p className="refused">{w.signIn.empty}</p>}
          {!empty && wait > 0 && <p className="refused">{w.signIn.wait(wait)}</p>}
          {!empty && error?.kind === 'unauthenticated' && <p className="refused">{w.signIn.wrong}</p>}
          {!empty && error && !['unauthenticated', 'throttled'].includes(error.kind) && <Refused error={error} />}
        </div>
        <DemoPeople
          onChoose={(p) => {
            setLogin(p.login)
            setPassword(p.password)
            setEmpty(false)
            if (!wait && !signIn.isPending) signIn.mutate({ login: p.login, password: p.password })
          }}
        />
      </form>
    </main>
  )
}

/** The log-ins of the demo office, each a button that signs in; nothing in a real one. */
function DemoPeople({ onChoose }: { onChoose: (p: { login: string; password: string }) => void }) {
  const w = useWords()
  const people = useDemo(true).data?.people
  if (!people?.length) return null
  return (
    <section className="signin-demo" aria-label={w.demo.label}>
      <p className="muted small">{w.signIn.demo}</p>
      <ul>
        {people.map((p) => (
          <li key={p.login}>
            <button type="button" className="button quiet" data-demo={p.login} onClick={() => onChoose(p)}>
              <span>
                {w.roles[p.role]}: {p.name}
              </span>
              <code className="muted">
                {p.login} / {p.password}
              </code>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Seconds left of a wait that began when `cause` appeared. */
function useCountdown(seconds: number, cause: unknown): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    setLeft(seconds)
    if (!seconds) return
    const end = Date.now() + seconds * 1000
    const t = setInterval(() => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000))), 250)
    return () => clearInterval(t)
  }, [seconds, cause])
  return left
}
