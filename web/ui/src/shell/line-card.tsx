import type { Call, Contact } from '../api/client'
import { CameByNumber, isLine, LineHead } from '../companies/line'
import { WhoCalls } from '../companies/who-calls'
import { useHold } from './hold'

/**
 * On the card of a call by a shared number: asks who is calling. Once a person is chosen the card is that
 * person's, and another one can be chosen in the place of a wrong one.
 */
export function LineCard({ cardKey, call, contact }: { cardKey: string; call: Call; contact: Contact | undefined }) {
  const hold = useHold(cardKey)
  const held = { onFocus: () => hold(true), onLeave: (text: string) => hold(text !== '') }
  if (!contact) return null
  if (!isLine(contact)) return <CameByNumber number={call.direction === 'out' ? call.to : call.from} interactionId={call.id} contact={contact} {...held} />
  const company = { id: contact.company_id, name: contact.company ?? contact.name ?? '' }
  return (
    <div className="card-line">
      <LineHead company={company} />
      <WhoCalls interactionId={call.id} company={company} always keyed onGiven={() => hold(false)} {...held} />
    </div>
  )
}
