import { Failure } from './client'

/** Whether a failure passes by itself: the hub is away, starting or busy. */
const passes = (f: Error | null) => f instanceof Failure && ['network', 'unavailable', 'internal'].includes(f.kind)

/** Whether what failed is worth asking again without being told to. */
export const worthRetry = (tries: number, f: Error) => tries < 2 && passes(f)

/** Reads again, every few seconds while it is shown, what failed for a reason that passes. */
export const untilRead = ({ state }: { state: { status: string; error: Error | null } }) =>
  state.status === 'error' && passes(state.error) && 4000

/** How many rows of a list are asked for at once. */
export const pageSize = 50
