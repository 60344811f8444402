package storage

import (
	"ctihub/leads"
	"ctihub/storage/batch"
)

// companyOfMail is the company that has a mail domain.
type companyOfMail struct{ Domain, ID, Name, OwnerID, OwnerName string }

var companiesByDomain = batch.NewQuery[string, companyOfMail]("reading companies of mail domains", `
SELECT d.domain, c.id, c.name, COALESCE(c.owner_id, ''), COALESCE(u.name, '')
FROM company_domains d JOIN companies c ON c.id = d.company_id LEFT JOIN users u ON u.id = c.owner_id WHERE`, "d.domain")

// mailDomains are the domains by which a touch may tell the company of a new contact.
func mailDomains(t leads.Touch) (domains []string) {
	for _, id := range t.From {
		if d := id.MailDomain(); d != "" {
			domains = append(domains, d)
		}
	}
	return domains
}

// companyOf returns the name and the owner of the company of a touch's new contact: that of a shared
// number beside which the touch came, else that of its mail domain.
func (b *book) companyOf(w *touchWriter) (name string, owner *leads.Person) {
	for _, c := range w.known.Contacts {
		if line := b.contacts[c.ID]; c.Line && c.CompanyID == w.out.CompanyID {
			return line.Company, person(line.OwnerID, line.OwnerName)
		}
	}
	for _, d := range mailDomains(w.t) {
		if c := b.companies[d]; c.ID == w.out.CompanyID {
			return c.Name, person(c.OwnerID, c.OwnerName)
		}
	}
	return "", nil
}
