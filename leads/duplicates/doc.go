// Package duplicates tells which contacts are perhaps one person, and why. The rules are pure:
// storage finds the candidates by their keys ([Profile.Keys]) and asks [Judge] about each pair.
//
// Rules that suggest by themselves, unless the names contradict:
//
//   - one telephone number in two spellings, one of which intake could not read as a number
//     of a country ([leads.DuplicateSpelling]);
//   - one mailbox under two addresses ([leads.DuplicateMailbox]);
//   - one number, address or user name in two channels ([leads.DuplicateChannels]).
//
// Rules that need similar names as well:
//
//   - two numbers that differ by one typing error ([leads.DuplicateTypo]);
//   - one company ([leads.DuplicateCompany]).
//
// What many contacts share, and general mailboxes such as info@, suggest nobody by
// themselves: similar names must be added.
package duplicates
