import { Fragment, type ReactNode } from 'react'
import type { Contact } from '../api/client'
import { Phone } from './phone'

/** A part of the column beside the timeline. */
export function Side({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <section className="panel side">
      <div className="panel-head">
        <h2>{title}</h2>
        <span className="grow" />
        {action}
      </div>
      <div className="side-body">{children}</div>
    </section>
  )
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** How the contact is recognised; what waits to be corrected is shown there alone. */
export function identitiesOf(c: Contact) {
  const waits = (c.offered ?? []).filter((o) => o.unread).map((o) => o.identity.value.toLowerCase())
  return c.identities.filter((i) => i.kind !== 'as_written' || !waits.includes(i.value))
}

export function IdentityValue({ kind, value }: { kind: string; value: string }) {
  if (kind === 'phone') return <Phone number={value} call country />
  if (kind === 'email') {
    return (
      <a href={`mailto:${encodeURIComponent(value).replace('%40', '@')}`}>
        {value.split(/(?<=[@.])/).map((part, i) => (
          <Fragment key={i}>
            {i > 0 && <wbr />}
            {part}
          </Fragment>
        ))}
      </a>
    )
  }
  return <>{value}</>
}
