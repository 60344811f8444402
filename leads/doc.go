// Package leads is the domain of the hub: what a touch, an interaction, a
// contact and a lead are, and how a touch is normalised.
// It performs no I/O; storage, connectors and the router depend on it and it
// depends on none of them.
//
// # Records
//
// The records have the JSON of web/openapi.yaml: what the API answers is what the
// services work with. There is one shape and no conversion; a test of web checks
// every answer against the document.
//
// # Phone numbers
//
// [ReadPhones] is the only parser of phone numbers. It parses one field as people
// and programs fill it in, at most 256 bytes. It returns the numbers in the order
// of writing, each with its extension, and the words beside them. Google's number
// plans, by github.com/nyaruka/phonenumbers, decide what is a number. Region is
// the country whose national numbers are read; the setting has the same name.
//
//	written                                        read as
//	8 (916) 123-45-67, 79161234567, ９１６…,         +79161234567
//	8️⃣9️⃣1️⃣6️⃣…, also with brackets, quotation
//	marks, dashes and invisible signs
//	00 7 …, 007 …, 8 10 …, 011 …, 0011 …, 010 …    the number behind the prefix for calls abroad
//	+8 916 …, +7 8 916 …, +7 +7 916 …,             the number without the prefix that is too much
//	+7 (0) 916 …, +44 (0)20 …
//	375291234567 from a vendor, at least 9 digits  +375291234567
//	+7 916 … (WhatsApp, после 18), Ольга 8916…,    the number; the words are kept
//	тел.: …
//	доб. 12, вн12, ext. 12, x12, #12, ;ext=12,     extension 12, behind a number
//	,12, poste 12, DW 12, int. 12, wew. 12,
//	ramal 12
//	8916…, 8495…, also with ; / и или and, a line  two numbers
//	break or a blank; 8 (495) 123-45-67, 123-45-68
//	sip:, tel:, callto:, whatsapp:, viber:,        the number in the address
//	wa.me/…, "Name" <sip:…@host;user=phone>,
//	…@s.whatsapp.net
//	1-800-FLOWERS (North America)                  +18003569377
//	+55 11 8765-4321 (Brazil)                      +55 11 98765-4321: mobile numbers have nine digits
//	+52 1 55 …, 044 55 … (Mexico)                  +52 55 …: the 1 ended in 2019
//	011 15 2345-6789 (Argentina)                   +54 9 11 2345-6789; without 15 and 9 it stays as
//	                                               written, because fixed lines look the same
//
// These are no numbers: 2 to 6 digits, dates, times, years, prices, coordinates,
// cards, IBANs, identifiers, channel names of an exchange, numbers after ИНН, СНИЛС,
// паспорт, заказ № and the like, and numbers that the number plan excludes. Digits
// without words are a phone number if the number plan has it: a tax number of ten
// digits that is also a valid phone number is read as one.
package leads
