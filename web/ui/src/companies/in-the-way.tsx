import { Link } from 'wouter'
import { Failure, type ProblemReason } from '../api/client'
import { useWords } from '../i18n'
import { Refused } from '../parts/faces'

/** Reasons with the company that is in the way. */
const reasons: readonly ProblemReason[] = ['tax_id_taken', 'domain_taken', 'number_shared']

/** Why a change of a company was refused; with a link to the company that is in its way. */
export function CompanyInTheWay({ error }: { error: unknown }) {
  const w = useWords()
  const problem = error instanceof Failure ? error.problem : undefined
  const reason = problem?.reason
  if (!reason || !reasons.includes(reason)) return <Refused error={error} />
  return (
    <p className="refused" role="alert">
      {w.problems[reason](problem.value ?? '')} {problem.value && <Link href={`/companies/${problem.value}`}>{w.companies.theCompany}</Link>}
    </p>
  )
}

/** The field of a form that the hub refused; undefined for any other refusal. */
export const wrongField = (error: unknown) => (error instanceof Failure && error.kind === 'invalid' ? error.problem?.field : undefined)
