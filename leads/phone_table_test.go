package leads

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// numbers draws random numbers and spellings of them. Most of the numbers are valid or differ by
// a digit from valid ones, because digits by chance are seldom valid.
type numbers struct {
	*rand.Rand
	codes, regions []string
}

func newNumbers(seed uint64) numbers {
	n := numbers{Rand: rand.New(rand.NewPCG(20261129, seed)), regions: slices.Sorted(maps.Keys(phoneRegions))}
	for code := range phonenumbers.GetSupportedCallingCodes() {
		n.codes = append(n.codes, strconv.Itoa(code))
	}
	slices.Sort(n.codes)
	return n
}

func (n numbers) of(all ...string) string { return all[n.IntN(len(all))] }

func (n numbers) digit() byte { return byte('0' + n.IntN(10)) }

func (n numbers) code() string {
	if n.IntN(2) == 0 {
		return n.of("7", "375", "380", "998", "1", "44", "49", "39", "54", "55", "52")
	}
	return n.of(n.codes...)
}

func (n numbers) region() string {
	if n.IntN(2) == 0 {
		return n.of("RU", "KZ", "BY", "UA", "UZ", "US", "GB", "DE", "IT", "AR", "BR", "MX", "XX", "")
	}
	return n.of(n.regions...)
}

// national appends a national number of one to 16 digits.
func (n numbers) national(d []byte, code string) []byte {
	begin, state := len(d), numberPlanAfter(numberPlansRoot, code)
	for len(d)-begin < maxPhoneDigits-len(code) && (numberPlans[state]&acceptsBit == 0 || n.IntN(4) == 0) {
		c := n.digit()
		next := numberPlanAfter(state, string(c))
		for try := 0; next == 0 && try < 10 && n.IntN(100) > 0; try++ {
			c = '0' + (c-'0'+1)%10
			next = numberPlanAfter(state, string(c))
		}
		if d, state = append(d, c), next; state == 0 && n.IntN(3) == 0 {
			break
		}
	}
	switch n.IntN(10) {
	case 0:
		return append(d, n.digit())
	case 1:
		return d[:max(len(d)-1, begin+1)]
	case 2:
		d[begin+n.IntN(len(d)-begin)] = n.digit()
	}
	return d
}

// spelling returns a number as people or machines write it, now and then with a character too
// much or too few.
func (n numbers) spelling(region string) string {
	code := n.code()
	home := phoneRegions[region]
	if home.code != "" && n.IntN(2) == 0 {
		code = home.code
	}
	s := n.beginning(code, home.trunk)
	sign := n.of("", "", " ", "-")
	open := -1
	if s = append(s, n.of("", sign)...); n.IntN(3) == 0 {
		open = len(s)
		s = append(s, '(')
	}
	begin := len(s)
	s = n.national(s, code)
	if open >= 0 {
		s = slices.Insert(s, min(begin+2+n.IntN(4), len(s)), []byte(")"+n.of("", " ", sign))...)
	}
	if sign != "" {
		for at := len(s) - 2 - n.IntN(2); at > begin+6 && n.IntN(4) > 0; at -= 2 + n.IntN(2) {
			s = slices.Insert(s, at, sign[0])
		}
	}
	for n.IntN(5) == 0 {
		at := n.IntN(len(s) + 1)
		if n.IntN(3) == 0 && at < len(s) {
			s = slices.Delete(s, at, at+1)
			continue
		}
		s = slices.Insert(s, at, []byte(n.of("+", "0", "8", " ", "-", "(", ")", ".", "/", ",", "x", "7", "1", "я", "\u00a0"))...)
	}
	return string(s)
}

// beginning returns what stands before a national number.
func (n numbers) beginning(code, trunk string) []byte {
	return []byte(n.of("+"+code, "+"+code, "+"+code, code, trunk, trunk, "", "00"+code, "8", "810"+code, "+"+code+"0", "+8"))
}

// libraryHas is [inNumberPlan] by the library.
func libraryHas(code, nsn string) bool {
	var n phonenumbers.PhoneNumber
	country, _ := strconv.ParseInt(code, 10, 32)
	value, _ := strconv.ParseUint(nsn, 10, 64)
	code32, zeros, leading := int32(country), int32(0), true
	n.CountryCode, n.NationalNumber = &code32, &value
	for int(zeros) < len(nsn)-1 && nsn[zeros] == '0' {
		zeros++
	}
	if zeros > 0 { // leading zeros belong to the number, as in Italy
		n.ItalianLeadingZero, n.NumberOfLeadingZeros = &leading, &zeros
	}
	return phonenumbers.IsValidNumber(&n)
}

func TestNumberPlansAreTheLibrarys(t *testing.T) {
	n := newNumbers(1)
	valid := 0
	var buf [20]byte
	for range manyNumbers {
		code := n.code()
		nsn := string(n.national(buf[:0], code))
		has := inNumberPlan(code, nsn)
		if has != libraryHas(code, nsn) {
			t.Fatalf("+%s %s: valid %v, by the library %v", code, nsn, has, !has)
		}
		if has {
			valid++
		}
	}
	if valid < manyNumbers/4 || valid > manyNumbers*3/4 {
		t.Errorf("%d of %d numbers are valid: too few or too many for a test", valid, manyNumbers)
	}
}

// TestRegionsAreTheLibrarys checks what regions dial, and that the library finds no number where
// it is not asked because there is no prefix to strip.
func TestRegionsAreTheLibrarys(t *testing.T) {
	for region := range phonenumbers.GetSupportedRegions() {
		home := phoneRegions[region]
		if want := strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region)); home.code != want || home.trunk != phonenumbers.GetNddPrefixForRegion(region, true) {
			t.Errorf("%s: country code %s, trunk prefix %q; by the library %s and %q", region, home.code, home.trunk, want, phonenumbers.GetNddPrefixForRegion(region, true))
		}
	}
	n := newNumbers(2)
	skipped := 0
	for range manyNumbers / 4 {
		region, code := n.region(), n.code()
		home := phoneRegions[region]
		d := string(n.national([]byte(n.of("", code)), code))
		if home.code == "" || home.hasPrefix(d) || validE164(home.code, d) != "" {
			continue
		}
		skipped++
		if e164 := parseNational(d, region); e164 != "" {
			t.Fatalf("%s in %s has no prefix, but the library reads %s", d, region, e164)
		}
	}
	if skipped < manyNumbers/50 {
		t.Errorf("only %d numbers without a prefix", skipped)
	}
}

// agrees checks that the fast path reads a text as the reader does, or declines it. It reports
// whether the fast path answered.
func agrees(t *testing.T, text, region string) (answered bool) {
	t.Helper()
	e164 := plainPhone(text, region)
	if e164 == "" || isFastPathsOnly(text) {
		return e164 != ""
	}
	if phones, rest := readText(text, region); len(phones) != 1 || phones[0] != (Phone{E164: e164}) || rest != "" {
		t.Errorf("%q in %s: the fast path reads %s, the reader %v, rest %q", text, region, e164, phones, rest)
	}
	return true
}

// isFastPathsOnly reports whether only the fast path reads such a text: with a bracket too many
// ("8 (916)) 123-45-67"), a sign behind the opening one, brackets in digits that are grouped like
// those of a card, a hyphen between blanks where another number may begin, or six signs in a row.
func isFastPathsOnly(text string) bool {
	signs, most := 0, 0
	for _, c := range text {
		if signs++; !strings.ContainsRune(" -()", c) {
			signs = 0
		}
		most = max(most, signs)
	}
	return most >= 6 || strings.Count(text, ")") > 1 || strings.Contains(text, "(-") || strings.Contains(text, "( ") || strings.Contains(text, " - ") ||
		strings.Contains(text, "(") && looksLikeOtherNumber(text)
}

func TestFastPathReadsAsTheReaderDoes(t *testing.T) {
	for _, c := range spellings {
		agrees(t, c.text, c.region)
	}
	n := newNumbers(3)
	answered := 0
	for range manyNumbers {
		region := n.region()
		if agrees(t, n.spelling(region), region) {
			answered++
		}
		if t.Failed() {
			return
		}
	}
	if answered < manyNumbers/4 {
		t.Errorf("the fast path answers for %d of %d spellings", answered, manyNumbers)
	}
}

func FuzzFastPath(f *testing.F) {
	for _, c := range spellings {
		f.Add(c.text, c.region)
	}
	n := newNumbers(4)
	for range 500 {
		region := n.region()
		f.Add(n.spelling(region), region)
	}
	f.Fuzz(func(t *testing.T, text, region string) {
		if len(text) <= maxPhoneText {
			agrees(t, text, region)
		}
	})
}

// TestFastPathReadsUsualSpellings names spellings for which the reader and the library are not
// needed, and counts what they allocate.
func TestFastPathReadsUsualSpellings(t *testing.T) {
	for _, c := range []struct {
		region, text, want string
		allocs             float64
	}{
		{"RU", "+79161234567", "+79161234567", 0},
		{"RU", "+375291234567", "+375291234567", 0},
		{"RU", "+14155552671", "+14155552671", 0},
		{"XX", "+4915123456789", "+4915123456789", 0},
		{"RU", "8 (916) 123-45-67", "+79161234567", 1},
		{"RU", "8(916)1234567", "+79161234567", 1},
		{"RU", "8-916-123-45-67", "+79161234567", 1},
		{"RU", "89161234567", "+79161234567", 1},
		{"RU", "79161234567", "+79161234567", 1},
		{"RU", "9161234567", "+79161234567", 1},
		{"RU", "+7 (916) 123-45-67", "+79161234567", 1},
		{"RU", "+7 916 123 45 67", "+79161234567", 1},
		{"RU", "375291234567", "+375291234567", 1}, // a vendor's, without a plus
		{"KZ", "8 (701) 234-56-78", "+77012345678", 1},
		{"BY", "29 123-45-17", "+375291234517", 1},
		{"RU", "8 (916)) 123-45-67", "+79161234567", 1}, // a slip
		{"UA", "067 123 45 67", "+380671234567", 1},
		{"GB", "020 7946 0958", "+442079460958", 1},
		{"US", "(650) 253-0000", "+16502530000", 1},
	} {
		if got := plainPhone(c.text, c.region); got != c.want {
			t.Errorf("%q in %s: the fast path reads %q, want %s", c.text, c.region, got, c.want)
		}
		if n := testing.AllocsPerRun(100, func() { plainPhone(c.text, c.region) }); n > c.allocs {
			t.Errorf("%q in %s: %v allocations, want %v", c.text, c.region, n, c.allocs)
		}
	}
}
