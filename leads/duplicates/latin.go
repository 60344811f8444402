package duplicates

import "strings"

// russian writes letters of the Cyrillic alphabets in Latin ones.
var russian = strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "ґ", "g", "д", "d", "е", "e", "ё", "e", "є", "e", "ж", "zh", "з", "z",
	"и", "i", "й", "i", "і", "i", "ї", "i", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f",
	"х", "h", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "sh", "ъ", "", "ы", "i", "ь", "", "э", "e", "ю", "iu", "я", "ia")

// spellings of one Russian sound in the systems of passports, GOST 7.79, ISO 9 without its marks and
// those that people make up.
var spellings = strings.NewReplacer("shch", "sh", "sch", "sh", "kh", "h", "tz", "ts", "ck", "k", "ch", "ch", "c", "k", "q", "k", "w", "v", "x", "ks", "ph", "f",
	"yo", "e", "jo", "e", "ye", "e", "je", "e", "yu", "iu", "ju", "iu", "ya", "ia", "ja", "ia", "y", "i", "j", "i", "'", "",
	"é", "e", "è", "e", "ë", "e", "ö", "o", "ü", "u", "ä", "a", "ß", "ss", "ł", "l", "ś", "s", "ż", "z", "ń", "n", "ó", "o", "ą", "a", "ę", "e", "ć", "ch")

// latin writes a word in small letters so that its spellings in either alphabet become one.
func latin(w string) string {
	w = spellings.Replace(russian.Replace(w))
	var b strings.Builder
	last := byte(0)
	for i := range len(w) {
		if c := w[i]; c != last { // doubled letters are one
			b.WriteByte(c)
			last = c
		}
	}
	return b.String()
}
