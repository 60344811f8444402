package leads

import "time"

// Company is a firm outside: people are in it, and it has what is no single person's, such as
// the number of its office.
type Company struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"` // also the company of its people
	LegalName string       `json:"legal_name,omitempty"`
	Country   string       `json:"country,omitempty"` // ISO 3166-1 alpha-2; decides how TaxID is checked
	TaxID     string       `json:"tax_id,omitempty"`  // INN or VAT number, without spaces, dots and dashes
	KPP       string       `json:"kpp,omitempty"`     // beside the INN of a Russian legal person
	Address   string       `json:"address,omitempty"`
	Website   string       `json:"website,omitempty"`
	Warning   string       `json:"warning,omitempty"` // shown in red wherever the company is
	Owner     *Person      `json:"owner,omitempty"`
	Phones    []string     `json:"phones"`            // shared numbers, E.164; never nil
	Domains   []string     `json:"domains"`           // of mail, in punycode; never nil
	LineID    string       `json:"line_id,omitempty"` // the contact that has the shared numbers
	Fields    CustomValues `json:"fields,omitempty"`
	Created   time.Time    `json:"created"`
	CompanyDetails
	Version int64 `json:"-"` // grows with each change
}

// CompanyDetails are of a single company, not in lists and events.
type CompanyDetails struct {
	Notes string `json:"notes,omitempty"`
	// People counts the people in it that the viewer may see.
	People *int `json:"people,omitempty"`
	// Named counts the contacts that the viewer may see, have its name as text and no company;
	// up to MostNamed.
	Named *int `json:"named,omitempty"`
	// TakenFrom is the contact from which the change took a number, if the viewer may see it.
	TakenFrom string `json:"taken_from,omitempty"`
}

// MostNamed is how many contacts are linked to a company by its name at once.
const MostNamed = 1000

// CompanyFilter restricts a list of companies. Empty fields do not restrict.
type CompanyFilter struct {
	Query   string // part of name, legal name, tax id, domain or shared number, any case
	OwnerID string
	Fields  []CustomFilter // all must fit
}

// CompanyChange is what a person changes of a company. Nil: it stays as it is.
type CompanyChange struct {
	Name, LegalName, Country, TaxID, KPP, Address, Website, Warning, Notes *string
	OwnerID                                                                *string // empty: no owner
	Fields                                                                 CustomValues
}

// Empty reports whether nothing is changed.
func (c CompanyChange) Empty() bool {
	return c.Name == nil && c.LegalName == nil && c.Country == nil && c.TaxID == nil && c.KPP == nil && c.Address == nil && c.Website == nil &&
		c.Warning == nil && c.Notes == nil && c.OwnerID == nil && len(c.Fields) == 0
}

// ReasonNumberShared is the code of the problem that a company has a number; its value is the id of
// the company.
const ReasonNumberShared = "number_shared"

// NumberShared is the problem that a number is a shared number of the company whose line is given.
func NumberShared(field string, line Contact) error {
	return &Problem{Kind: ErrExists, Title: "This is a shared number of " + line.Company, Field: field, Reason: ReasonNumberShared, Value: line.CompanyID,
		Detail: "Take it from that company first, if it is one person's."}
}
