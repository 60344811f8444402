package max

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// ownContact reports whether a shared contact is the sender's own, so that its
// phone is theirs. MAX signs what the button request_contact shares: hash is
// the HMAC-SHA256 of vcf_info under the bot's token. Its encoding is not
// documented; hex is what is seen, base64 is understood too. A contact that is
// not signed may be anybody's, whoever's user id it carries.
func (b *bot) ownContact(a attachment, sender int64) bool {
	info := a.person()
	if info != nil && info.ID != sender {
		return false
	}
	given := strings.TrimSpace(a.Payload.Hash)
	for _, card := range []string{a.Payload.VCF, unescaped(a.Payload.VCF)} {
		mac := hmac.New(sha256.New, []byte(b.Token))
		mac.Write([]byte(card))
		sum := mac.Sum(nil)
		for _, decoded := range [][]byte{fromHex(given), fromBase64(given)} {
			if a.Payload.VCF != "" && hmac.Equal(decoded, sum) {
				return true
			}
		}
	}
	return false
}

func fromHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		return nil
	}
	return b
}

func fromBase64(s string) []byte {
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return b
}

// unescaped restores the line ends of a card that came with the two
// characters \ and n in their place, as the documentation's examples have it.
func unescaped(card string) string {
	return strings.NewReplacer(`\r\n`, "\r\n", `\n`, "\n").Replace(card)
}
