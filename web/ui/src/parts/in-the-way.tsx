import { Link } from 'wouter'
import { Failure } from '../api/client'
import { useWords } from '../i18n'
import { Refused } from './faces'

const pages = { identity_taken: '/contacts/', lead_open: '/leads/' } as const

/** Why a change was refused; with a link to the record that is in its way, if it may be seen. */
export function InTheWay({ error }: { error: unknown }) {
  const w = useWords()
  const problem = error instanceof Failure ? error.problem : undefined
  const reason = problem?.reason
  if (reason !== 'identity_taken' && reason !== 'lead_open') return <Refused error={error} />
  return (
    <p className="refused" role="alert">
      {w.problems[reason](problem?.value ?? '')}{' '}
      {problem?.value && <Link href={pages[reason] + problem.value}>{w.contacts.inTheWay[reason]}</Link>}
    </p>
  )
}
