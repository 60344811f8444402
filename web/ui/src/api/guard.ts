import { useState } from 'react'
import { Failure, tagOf } from './client'

type Header = { 'If-Match'?: string }

/** The state of a record that the user saw: some of its fields, and their ETag. */
type Seen<T> = { tag: string | undefined; fields: T }

export const isOutdated = (e: unknown): e is Failure => e instanceof Failure && e.kind === 'outdated'

/**
 * Sends a change with the ETag of the record that the user saw. It fails as
 * `outdated` if another user has changed one of the fields since. `renew` gets what the
 * user has seen then: the changed record, or the one that is stored.
 */
export async function guarded<T extends object, R extends object>(
  path: string,
  seen: Seen<T>,
  send: (header: Header) => Promise<R>,
  reread: () => Promise<R>,
  renew?: (seen: Seen<T>) => void,
): Promise<R> {
  const names = Object.keys(seen.fields) as (keyof T)[]
  const note = (now: R) => {
    renew?.({ tag: tagOf(path), fields: Object.fromEntries(names.map((f) => [f, (now as Partial<T>)[f]])) as T })
    return now
  }
  try {
    return note(await send({ 'If-Match': seen.tag }))
  } catch (e) {
    if (!isOutdated(e)) throw e
    const now = await reread()
    // An event may have brought the current record without its ETag.
    const same = names.every((f) => JSON.stringify((now as Partial<T>)[f] ?? '') === JSON.stringify(seen.fields[f] ?? ''))
    if (same) return note(await send({ 'If-Match': tagOf(path) }))
    note(now)
    throw e
  }
}

/**
 * Guards a form: a change by another user since it was opened, or last saved, is not
 * overwritten unseen. After one refusal the form shows that change, and the next save succeeds.
 */
export function useGuard<T extends object>(path: string, began: T) {
  const [seen, setSeen] = useState<Seen<T>>(() => ({ tag: tagOf(path), fields: began }))
  return <R extends object>(send: (header: Header) => Promise<R>, reread: () => Promise<R>) => guarded(path, seen, send, reread, setSeen)
}
