import { useState } from 'react'
import type { Lead, Pipeline } from '../api/client'
import { seesAll, useMe } from '../api/session'
import { lacking, stageIn, stagesInUse, usePipelines } from '../api/pipelines'
import { type Asking, MoveDialog } from './move'
import { useUpdateLead } from './queries'
import { useWords } from '../i18n'
import { Answers, Ask } from '../parts/controls'
import { useNamedEntries } from '../parts/entries'
import { Refused } from '../parts/faces'
import { HandOver } from '../parts/hand-over'
import { InTheWay } from '../parts/in-the-way'
import { ReasonForm } from '../parts/reason'

type Status = 'working' | 'won' | 'refused'
type Question = 'win' | 'refuse' | 'hand' | null

/** What can be done with a lead. A colleague's can be changed by supervisors only. */
export function LeadActions({ lead }: { lead: Lead }) {
  const w = useWords()
  const me = useMe()
  const [question, setQuestion] = useState<Question>(null)
  const at = stageIn(usePipelines().data, lead.stage_id)
  const [asking, setAsking] = useState<Asking | null>(null)
  const [justClosed, setJustClosed] = useState(false)
  const update = useUpdateLead(lead)
  const reasons = useNamedEntries('refusal', undefined, question === 'refuse').map((e) => e.name)
  const closed = lead.status !== 'new' && lead.status !== 'working'
  if (lead.manager_id && lead.manager_id !== me.user.id && !seesAll(me)) {
    return closed ? null : <p className="muted">{w.lead.colleagues(lead.manager_name ?? '')}</p>
  }
  /** Moves the lead by its status; a stage that requires more asks for it. */
  const move = (status: Status, done?: () => void, refusal?: string) =>
    update.mutate(
      { status, refusal },
      {
        onSuccess: done,
        onError: (e) => {
          const needs = lacking(e)
          const to = stageFor(at?.pipeline, status)
          if (!needs.length || !to) return
          setQuestion(null)
          setAsking({ lead, to, needs })
        },
      },
    )
  const close = () => {
    setQuestion(null)
    update.reset()
  }
  const ended = () => {
    close()
    setJustClosed(true)
  }
  if (closed) {
    return (
      <div className="actions">
        <span role="status">{justClosed && w.contacts.justClosed}</span>
        <button type="button" className="button" disabled={update.isPending} onClick={() => update.mutate({ reopen: true }, { onSuccess: () => setJustClosed(false) })}>
          {w.contacts.reopen}
        </button>
        <InTheWay error={update.error} />
      </div>
    )
  }
  return (
    <div className="actions">
      {lead.status === 'new' && (
        <button
          type="button"
          className="button primary"
          disabled={update.isPending}
          onClick={() => move('working')}
        >
          {w.lead.take}
        </button>
      )}
      <button type="button" className="button" onClick={() => setQuestion('win')}>
        {w.lead.win}
      </button>
      <button type="button" className="button" onClick={() => setQuestion('refuse')}>
        {w.lead.refuse}
      </button>
      <button type="button" className="button" onClick={() => setQuestion('hand')}>
        {w.lead.handOver}
      </button>
      {!question && !asking && <Refused error={update.error} />}
      <MoveDialog
        asking={asking}
        onClose={() => {
          setAsking(null)
          update.reset()
        }}
        onMove={(a, body) => update.mutateAsync({ ...body, stage_id: a.to.id })}
      />

      <Ask open={question === 'win'} onClose={close} title={w.lead.winTitle}>
        <p className="muted">{w.lead.winText}</p>
        <Refused error={update.error} />
        <Answers action={w.lead.win} disabled={update.isPending} onAction={() => move('won', ended)} onCancel={close} />
      </Ask>
      <Ask open={question === 'refuse'} onClose={close} title={w.lead.refuseTitle}>
        <ReasonForm
          name="refusal"
          label={w.lead.refusal}
          usual={reasons.length > 0 ? reasons : w.lead.refusals}
          needed={w.lead.refusalNeeded}
          action={w.lead.refuse}
          error={update.error}
          busy={update.isPending}
          onCancel={close}
          onReason={(refusal) => move('refused', ended, refusal)}
        />
      </Ask>
      <Ask open={question === 'hand'} onClose={close} title={w.lead.handTo}>
        <HandOver
          from={lead.manager_id}
          label={w.lead.handTo}
          action={w.lead.handOver}
          error={update.error}
          busy={update.isPending}
          onCancel={close}
          onHand={(manager_id) => update.mutate({ manager_id }, { onSuccess: close })}
        />
      </Ask>
    </div>
  )
}

/** The stage to which a status moves a lead, as the hub says. */
function stageFor(pipeline: Pipeline | undefined, status: Status) {
  const kind = ({ working: 'open', won: 'won', refused: 'lost' } as const)[status]
  const stages = pipeline ? stagesInUse(pipeline).filter((s) => s.kind === kind) : []
  return status === 'working' ? (stages[1] ?? stages[0]) : stages[0]
}
