/**
 * Picks the form that a language wants for a number and puts the number in
 * front. Russian has three: 1 лид, 2 лида, 5 лидов.
 */
export function plural(lang: 'ru' | 'en') {
  const rules = new Intl.PluralRules(lang)
  const number = new Intl.NumberFormat(lang === 'ru' ? 'ru-RU' : 'en-GB')
  return (n: number, forms: { one: string; few?: string; many?: string; other: string }) =>
    `${number.format(n)}\u00a0${forms[rules.select(n) as keyof typeof forms] ?? forms.other}`
}
