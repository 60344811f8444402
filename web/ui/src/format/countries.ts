import type { Lang } from '../settings'

/** The member states of the European Union; the hub checks VAT numbers of the same in leads/companies. */
const union = ['AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK']

/** What the tax number of a company is called in its country. */
export function taxOf(country: string | undefined): 'inn' | 'vat' | 'taxId' {
  if (country === 'RU') return 'inn'
  return country && (union.includes(country) || country === 'GB' || country === 'CH') ? 'vat' : 'taxId'
}

/** The countries that are offered, by ISO 3166-1. */
const codes =
  'AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GI GL GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW'.split(' ')

/** The name of a country in a language. */
export const countryName = (code: string, lang: Lang) => new Intl.DisplayNames(lang, { type: 'region' }).of(code) ?? code

/** All countries by their names. */
export function countries(lang: Lang): { id: string; name: string }[] {
  const names = new Intl.DisplayNames(lang, { type: 'region' })
  return codes.map((id) => ({ id, name: names.of(id) ?? id })).sort((a, b) => a.name.localeCompare(b.name, lang))
}
