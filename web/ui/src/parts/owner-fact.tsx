import { useState } from 'react'
import type { Person } from '../api/client'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import { Ask } from './controls'
import { Refused } from './faces'
import { HandOver } from './hand-over'
import type { Edit } from './saved-field'
import { Fact } from './side'

interface Props {
  owner: Person | undefined
  edit: Edit<{ owner_id: string | null }> & { reset: () => void }
  /** Who may hand it over, for a reader who may not. */
  owned: (owner: string) => string
}

/** The owner of a contact or a company, and what the reader may do about it: take, hand over, release. */
export function OwnerFact({ owner, edit, owned }: Props) {
  const w = useWords()
  const me = useMe()
  const [asking, setAsking] = useState(false)
  const { mutate, reset, isPending, error } = edit
  const mine = owner?.id === me.user.id
  const takes = me.user.role === 'manager' || me.user.role === 'operator'
  const close = () => {
    setAsking(false)
    reset()
  }
  return (
    <Fact name={w.now.owner}>
      {owner?.name || <span className="muted">{w.now.noOwner}</span>}
      <span className="owner-answers">
        {!owner && takes && (
          <button type="button" className="link-button" disabled={isPending} onClick={() => mutate({ owner_id: 'me' })}>
            {w.contacts.take}
          </button>
        )}
        {(mine || seesAll(me)) && (
          <button type="button" className="link-button" onClick={() => setAsking(true)}>
            {owner ? w.lead.handOver : w.contacts.appoint}
          </button>
        )}
        {owner && (mine || seesAll(me)) && (
          <button type="button" className="link-button" disabled={isPending} onClick={() => mutate({ owner_id: null })}>
            {w.contacts.release}
          </button>
        )}
      </span>
      {owner && !mine && !seesAll(me) && <p className="muted small">{owned(owner.name ?? w.unknown)}</p>}
      {!asking && <Refused error={error} />}
      <Ask open={asking} onClose={close} title={w.lead.handTo}>
        <HandOver
          from={owner?.id}
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
