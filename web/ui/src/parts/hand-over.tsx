import { useState } from 'react'
import { useUsers } from '../api/people'
import { useMe } from '../api/session'
import { useWords } from '../i18n'
import { Answers, Pick } from './controls'
import { Refused } from './faces'

/** Asks for the colleague to whom a lead or a task is reassigned. */
export function HandOver(props: {
  from: string | undefined
  label: string
  action: string
  error: unknown
  busy: boolean
  onCancel: () => void
  onHand: (userId: string) => void
}) {
  const w = useWords()
  const me = useMe()
  const users = useUsers()
  const [to, setTo] = useState('')
  const choices = (users.data ?? [])
    .filter((u) => !u.disabled && (u.role === 'manager' || u.role === 'operator') && u.id !== props.from)
    .map((u) => ({
      id: u.id,
      name: `${u.name}${u.id === me.user.id ? ` (${w.you})` : ''} · ${w.presence[u.presence]}`,
    }))
  return (
    <>
      <Pick
        label={props.label}
        value={to}
        choices={choices}
        onChange={setTo}
        placeholder={users.isPending ? w.loading : '—'}
        disabled={!choices.length}
      />
      <Refused error={props.error ?? users.error} />
      <Answers action={props.action} disabled={!to || props.busy} onAction={() => props.onHand(to)} onCancel={props.onCancel} />
    </>
  )
}
