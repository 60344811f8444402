import { useState } from 'react'
import { Failure, tagOf } from './client'

type Header = { 'If-Match'?: string }

/** What somebody saw of a record: some of its fields, and the ETag at that time. */
type Seen<T> = { tag: string | undefined; fields: T }

export const isOutdated = (e: unknown): e is Failure => e instanceof Failure && e.kind === 'outdated'

/**
 * Sends a change to what was seen. It fails as `outdated` when somebody else
 * changed one of those fields since; `renew` gets what is stored now.
 */
export async function guarded<T extends object, R extends object>(
  path: string,
  seen: Seen<T>,
  send: (header: Header) => Promise<R>,
  reread: () => Promise<R>,
  renew?: (seen: Seen<T>) => void,
): Promise<R> {
  try {
    return await send({ 'If-Match': seen.tag })
  } catch (e) {
    if (!isOutdated(e)) throw e
    const now = (await reread()) as Partial<T>
    const names = Object.keys(seen.fields) as (keyof T)[]
    // An event may have brought what is there now without its tag.
    if (names.every((f) => (now[f] ?? '') === (seen.fields[f] ?? ''))) return send({ 'If-Match': tagOf(path) })
    renew?.({ tag: tagOf(path), fields: Object.fromEntries(names.map((f) => [f, now[f]])) as T })
    throw e
  }
}

/**
 * Guards a form: what somebody else wrote since it was opened is not overwritten
 * unseen. After one refusal the form has seen it, and the next change goes through.
 */
export function useGuard<T extends object>(path: string, began: T) {
  const [seen, setSeen] = useState<Seen<T>>(() => ({ tag: tagOf(path), fields: began }))
  return <R extends object>(send: (header: Header) => Promise<R>, reread: () => Promise<R>) => guarded(path, seen, send, reread, setSeen)
}
