import { useRef } from 'react'
import type { Interaction } from '../api/client'
import { useWords } from '../i18n'
import { Refused } from '../parts/faces'
import { useKey } from '../parts/keys'
import { byTalk } from './order'
import { PersonField } from './person-field'
import { useCompanyInteractions, useGiveCaller, usePeople } from './queries'
import './companies.css'

interface Props {
  interactionId: string
  company: { id: string; name: string }
  /** The contact of the shared number: offered where a person was chosen already, to take that back. */
  backTo?: string
  /** Who has the interaction now. */
  now?: string
  /** The list is there without the focus. */
  always?: boolean
  autoFocus?: boolean
  /** F4 comes to the field. */
  keyed?: boolean
  onGiven: (given: Interaction) => void
  onFocus?: () => void
  onLeave?: (text: string) => void
}

/** Asks which person called or wrote by the shared number of a company; whom one spoke with last is first. */
export function WhoCalls({ interactionId, company, backTo, now, always, autoFocus, keyed = false, onGiven, onFocus, onLeave }: Props) {
  const w = useWords()
  const people = usePeople(company.id)
  const spoken = useCompanyInteractions(company.id, 50)
  // Both are awaited: a list that is sorted anew under the hand leads to a wrong choice.
  const waits = people.isPending || spoken.isPending
  const give = useGiveCaller(interactionId, onGiven)
  const box = useRef<HTMLDivElement>(null)
  useKey('F4', w.companies.keyWho, keyed ? () => box.current?.querySelector('input')?.focus() : undefined)
  return (
    <div ref={box} className="who-calls" data-who-calls={interactionId}>
      <PersonField
        label={w.companies.whoField}
        companyId={company.id}
        people={waits ? [] : byTalk(people.rows, spoken.data?.items ?? [])}
        waits={waits}
        except={now ? [now] : []}
        always={always}
        autoFocus={autoFocus}
        busy={give.isPending}
        last={backTo ? { id: backTo, text: w.companies.backToLine } : undefined}
        onChoose={(p) => give.mutate(p)}
        onFocus={onFocus}
        onLeave={onLeave}
      />
      <Refused error={give.error} />
    </div>
  )
}
