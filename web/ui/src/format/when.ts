/** A moment as a field of type datetime-local has it, by this computer's clock: 2026-11-30T09:00. */
export function toField(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** The moment of such a field; null if it is not filled in. */
export function ofField(s: string): Date | null {
  const at = new Date(s)
  return s && !Number.isNaN(at.getTime()) ? at : null
}

/** Some minutes from now, up to the next five minutes. */
export function inMinutes(now: number, minutes: number): Date {
  const five = 5 * 60_000
  return new Date(Math.ceil((now + minutes * 60_000) / five) * five)
}

/** Tomorrow at an hour. */
export function tomorrowAt(now: number, hour: number): Date {
  const at = new Date(now)
  at.setDate(at.getDate() + 1)
  at.setHours(hour, 0, 0, 0)
  return at
}
