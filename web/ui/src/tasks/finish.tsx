import { type FormEvent, useState } from 'react'
import { useWords } from '../i18n'
import { Answers, Ask, Field, Segments } from '../parts/controls'
import { Refused } from '../parts/faces'
import { type ByHand, useChangeTask } from './queries'

const outcomes = { callback: ['reached', 'unreachable', 'not_needed'], call: ['reached', 'unreachable', 'not_needed'], other: ['finished', 'not_needed'] } as const

/** Asks how a task ended. */
export function Finish({ taskId, kind, repeats, open, onClose }: { taskId: string; kind: string; repeats?: boolean; open: boolean; onClose: () => void }) {
  const w = useWords()
  const change = useChangeTask(taskId)
  const choices: readonly ByHand[] = outcomes[kind === 'callback' || kind === 'call' ? kind : 'other']
  const [outcome, setOutcome] = useState<ByHand>(choices[0]!)
  const [comment, setComment] = useState('')
  const close = () => {
    onClose()
    change.reset()
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    change.mutate({ do: 'done', outcome, comment: comment.trim() }, { onSuccess: close })
  }
  return (
    <Ask open={open} onClose={close} title={w.tasks.finishTitle}>
      <form onSubmit={submit} className="finish">
        {kind === 'callback' && <p className="muted">{w.tasks.finishText}</p>}
        {repeats && <p className="muted">{w.plan.repeatText}</p>}
        <Segments label={w.tasks.outcome} value={outcome} onChange={setOutcome} choices={choices.map((id) => ({ id, name: w.tasks.outcomes[id] }))} />
        <Field label={w.plan.result} name="comment" value={comment} onChange={setComment} autoFocus />
        <Refused error={change.error} />
        <Answers action={w.tasks.save} disabled={change.isPending} onCancel={close} />
      </form>
    </Ask>
  )
}
