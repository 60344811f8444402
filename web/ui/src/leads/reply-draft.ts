import { useEffect, useState } from 'react'
import type { Attachment } from '../api/client'
import { newKey } from '../api/new-key'

/** The draft of a reply, kept in the tab until it is sent. */
export interface Draft {
  source: string
  to: string
  subject: string
  text: string
  files: Attachment[]
  /** The last request without an answer, and its idempotency key: repeated, it is the same reply. */
  unsure?: { body: string; key: string }
}

const nothing: Draft = { source: '', to: '', subject: '', text: '', files: [] }

/** The idempotency key for a body: that of the last try if the body is the same. */
export const keyFor = (d: Draft, body: string) => (d.unsure?.body === body ? d.unsure.key : newKey())

export function useDraft(leadId: string): [Draft, (patch: Partial<Draft>) => void, () => void] {
  const place = `reply ${leadId}`
  const [draft, setDraft] = useState<Draft>(() => {
    try {
      return { ...nothing, ...(JSON.parse(sessionStorage.getItem(place) ?? '{}') as Partial<Draft>) }
    } catch {
      return nothing
    }
  })
  useEffect(() => {
    try {
      if (draft === nothing) sessionStorage.removeItem(place)
      else sessionStorage.setItem(place, JSON.stringify(draft))
    } catch {
      // When the storage is full the draft is not kept.
    }
  }, [draft, place])
  return [draft, (patch) => setDraft((d) => ({ ...d, ...patch })), () => setDraft(nothing)]
}
