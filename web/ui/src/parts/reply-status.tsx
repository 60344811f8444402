import type { Reply } from '../api/client'
import { useChangeReply, useReplies } from '../api/replies'
import { useWords } from '../i18n'
import { Refused } from './faces'
import { Icon, type IconName } from './icons'

const signs: Record<Reply['state'], [IconName, string]> = {
  waiting: ['clock', 'muted'],
  sending: ['clock', 'muted'],
  sent: ['check', 'muted'],
  delivered: ['checks', 'muted'],
  read: ['checks', 'good-text'],
  failed: ['warn', 'bad-text'],
  perhaps: ['warn', 'warn-text'],
}

/** The state of a reply in words, and the actions for it. */
export function ReplyStatus({ id, leadId }: { id: string; leadId: string }) {
  const replies = useReplies(leadId)
  const reply = replies.data?.find((r) => r.id === id)
  return reply ? <Status of={reply} leadId={leadId} /> : null
}

/** The reason in the reader's language; the channel's own words beside it, or behind it. */
function Why({ of: r }: { of: Reply }) {
  const w = useWords()
  const fault = r.fault ?? 'other'
  const open = fault === 'refused' || fault === 'other' // these reasons need the details
  return (
    <div className="small" data-fault={fault}>
      <p>
        {w.reply.reason}: {w.reply.faults[fault](r.fault_limit ?? 0)}
        {open && (
          <>
            : <q lang="en">{r.error}</q>
          </>
        )}{' '}
        {r.state === 'waiting' && w.reply.trouble}
      </p>
      {r.state === 'perhaps' && fault !== 'partly' && !r.dismissed && <p>{w.reply.perhapsWhy}</p>}
      {!open && (
        <details className="muted">
          <summary>{w.reply.details}</summary>
          <p lang="en">{r.error}</p>
        </details>
      )}
    </div>
  )
}

function Status({ of: r, leadId }: { of: Reply; leadId: string }) {
  const w = useWords()
  const change = useChangeReply(leadId)
  const [icon, tone] = signs[r.state]
  const stuck = r.state === 'failed' || r.state === 'perhaps'
  const act = (what: 'again' | 'dismiss') => change.mutate({ id: r.id, do: what })
  return (
    <div className="reply-status" data-reply={r.id} data-reply-state={r.state}>
      <p className="reply-state" role="status">
        <span className={`with-icon ${tone}`}>
          <Icon name={icon} size={14} />
          {w.reply.states[r.state]}
        </span>
        {r.user.name && <span className="muted">{w.reply.by(r.user.name)}</span>}
      </p>
      {r.error && r.state !== 'sent' && <Why of={r} />}
      {((stuck && !r.dismissed) || (r.state === 'waiting' && r.error)) && (
        <p className="actions tight">
          {stuck && (
            <button type="button" className="button" disabled={change.isPending} onClick={() => act('again')}>
              {w.reply.again}
            </button>
          )}
          <button type="button" className="button quiet" disabled={change.isPending} onClick={() => act('dismiss')}>
            {stuck ? w.reply.leave : w.reply.withdraw}
          </button>
        </p>
      )}
      <Refused error={change.error} />
    </div>
  )
}
