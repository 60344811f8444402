import type { NextTask } from '../api/client'
import { useWords } from '../i18n'
import { Moment } from '../parts/words'
import { kindName } from '../tasks/due'

/** What is planned next with the customer of an open lead, or that nothing is. */
export function NextStep({ of: t }: { of: NextTask | undefined }) {
  const w = useWords()
  if (!t) {
    return (
      <span className="second no-next" data-no-next>
        {w.plan.noNext}
      </span>
    )
  }
  return (
    <span className="second muted" title={t.title}>
      <span>
        {w.plan.nextIs} {kindName(w, t.kind)}, <Moment at={t.due} />
      </span>
    </span>
  )
}
