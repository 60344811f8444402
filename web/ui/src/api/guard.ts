import { useState } from 'react'
import { Failure, tagOf } from './client'

type Header = { 'If-Match'?: string }

/**
 * Sends changes of a form so that they do not overwrite what somebody else
 * wrote since it was opened: such a change fails as `outdated`, once. After it
 * the form has seen what is there now, and the next one goes through.
 */
export function useGuard<T extends object>(path: string, began: T) {
  const [seen, setSeen] = useState(() => ({ tag: tagOf(path), fields: began }))
  const names = Object.keys(began) as (keyof T)[]
  return async function guard<R extends object>(send: (header: Header) => Promise<R>, reread: () => Promise<R>): Promise<R> {
    try {
      return await send({ 'If-Match': seen.tag })
    } catch (e) {
      if (!(e instanceof Failure) || e.kind !== 'outdated') throw e
      const now = (await reread()) as Partial<T>
      // An event may have brought what is there now without its tag.
      if (names.every((f) => (now[f] ?? '') === (seen.fields[f] ?? ''))) return send({ 'If-Match': tagOf(path) })
      setSeen({ tag: tagOf(path), fields: Object.fromEntries(names.map((f) => [f, now[f]])) as T })
      throw e
    }
  }
}
