import type { Call, Leg, Person } from '../api/client'

/** The user's name, else the extension of the device. */
export function legName(l: Leg): string {
  return l.user?.name ? `${l.user.name} (${l.extension})` : l.extension
}

/** The first few devices by name, and how many more there are. */
export function legNames(legs: Leg[], more: (n: number) => string): string {
  const shown = legs.length > 4 ? 3 : legs.length
  const names = legs.slice(0, shown).map(legName).join(', ')
  return shown < legs.length ? `${names} ${more(legs.length - shown)}` : names
}

export function personName(p: Person | undefined, otherwise: string): string {
  return p?.name || otherwise
}

/** The name or extension of who answered a call. */
export function answeredBy(c: Call, otherwise: string): string {
  return personName(c.operator, c.operator_extension || otherwise)
}
