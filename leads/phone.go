package leads

// Phone is one number read from what a person or a machine wrote.
type Phone struct{ E164, Ext string }

// ReadPhones returns every phone number in text, and the words that belong to none.
func ReadPhones(text, region string) (phones []Phone, rest string) {
	e164, ext, err := NormalisePhone(text, region)
	if err != nil {
		return nil, text
	}
	return []Phone{{e164, ext}}, ""
}
