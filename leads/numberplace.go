package leads

// NumberPlace is where a telephone number is from, by its digits. A mobile number may be
// used anywhere.
type NumberPlace struct {
	Country  string       `json:"country"`             // ISO 3166-1 alpha-2; empty: not known
	Region   *RegionNames `json:"region,omitempty"`    // of the country; nil: not known
	TimeZone string       `json:"time_zone,omitempty"` // of the IANA; empty: the number's place has several, or is not known
}

// RegionNames is the name of a region in the languages of the workplace.
type RegionNames struct {
	English string `json:"en"`
	Russian string `json:"ru"`
}
