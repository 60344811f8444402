import { Failure } from './client'

/** Whether a failure is temporary: the hub cannot be reached, starts or is busy. */
export const passes = (f: unknown) => f instanceof Failure && ['network', 'unavailable', 'internal'].includes(f.kind)

/** Whether a failed request is repeated by itself. */
export const worthRetry = (tries: number, f: Error) => tries < 2 && passes(f)

/** Repeats a query that is shown every few seconds while its failure is temporary. */
export const untilRead = ({ state }: { state: { status: string; error: Error | null } }) =>
  state.status === 'error' && passes(state.error) && 4000

/** How many rows of a list are asked for at once. */
export const pageSize = 50
