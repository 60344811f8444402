import type { Lead } from '../api/client'
import { stageIn, usePipelines } from '../api/pipelines'
import { Stage } from '../parts/words'
import { useSettings } from '../settings'

const tone = { open: 'warn', won: 'good', lost: 'plain' } as const

/** The stage in which a lead stands, under the name that the company gave it. */
export function StageOf({ lead }: { lead: Lead }) {
  const { lang } = useSettings()
  const at = stageIn(usePipelines().data, lead.stage_id)
  if (!at) return <Stage status={lead.status} />
  return <span className={`badge ${lead.status === 'new' ? 'accent' : tone[at.stage.kind]}`}>{at.stage.names[lang]}</span>
}
