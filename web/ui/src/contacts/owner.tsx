import { useState } from 'react'
import type { Contact } from '../api/client'
import { useEditContact } from '../api/contacts'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import { Ask } from '../parts/controls'
import { Refused } from '../parts/faces'
import { HandOver } from '../parts/hand-over'
import { Fact } from '../parts/side'

/** The owner, and what the reader may do about it: take, hand over, release. */
export function Owner({ contact }: { contact: Contact }) {
  const w = useWords()
  const me = useMe()
  const [asking, setAsking] = useState(false)
  const { mutate, reset, isPending, error } = useEditContact(contact.id, {})
  const mine = contact.owner?.id === me.user.id
  const takes = me.user.role === 'manager' || me.user.role === 'operator'
  const close = () => {
    setAsking(false)
    reset()
  }
  return (
    <Fact name={w.now.owner}>
      {contact.owner?.name || <span className="muted">{w.now.noOwner}</span>}
      <span className="owner-answers">
        {!contact.owner && takes && (
          <button type="button" className="link-button" disabled={isPending} onClick={() => mutate({ owner_id: 'me' })}>
            {w.contacts.take}
          </button>
        )}
        {(mine || seesAll(me)) && (
          <button type="button" className="link-button" onClick={() => setAsking(true)}>
            {contact.owner ? w.lead.handOver : w.contacts.appoint}
          </button>
        )}
        {contact.owner && (mine || seesAll(me)) && (
          <button type="button" className="link-button" disabled={isPending} onClick={() => mutate({ owner_id: null })}>
            {w.contacts.release}
          </button>
        )}
      </span>
      {contact.owner && !mine && !seesAll(me) && <p className="muted small">{w.contacts.owned(contact.owner.name ?? w.unknown)}</p>}
      {!asking && <Refused error={error} />}
      <Ask open={asking} onClose={close} title={w.lead.handTo}>
        <HandOver
          from={contact.owner?.id}
          label={w.lead.handTo}
          action={w.lead.handOver}
          error={error}
          busy={isPending}
          onCancel={close}
          onHand={(owner_id) => mutate({ owner_id }, { onSuccess: close })}
        />
      </Ask>
    </Fact>
  )
}
