-- name: GetCompany :one
SELECT * FROM company_rows WHERE id = $1;

-- name: InsertCompany :exec
INSERT INTO companies (id, name, folded, legal_name, country, tax_id, kpp, address, website, warning, notes, owner_id, search, version, created)
VALUES (@id, @name, @folded, @legal_name, @country, @tax_id, @kpp, @address, @website, @warning, @notes, @owner_id, @search, 1, @created);

-- Changes no row when the company changed since it was read.
-- name: UpdateCompany :execrows
UPDATE companies SET name = @name, folded = @folded, legal_name = @legal_name, country = @country, tax_id = @tax_id, kpp = @kpp, address = @address,
    website = @website, warning = @warning, notes = @notes, owner_id = @owner_id, search = @search, version = version + 1
WHERE id = @id AND version = @version;

-- name: DeleteCompany :execrows
DELETE FROM companies WHERE id = @id AND version = @version;

-- name: ForgetMadeCompany :exec
DELETE FROM made_companies WHERE company_id = $1;

-- name: CompanyMadeAs :one
SELECT company_id, digest FROM made_companies WHERE user_id = @user_id AND asked_as = @asked_as;

-- name: NoteMadeCompany :exec
INSERT INTO made_companies (user_id, asked_as, company_id, digest) VALUES (@user_id, @asked_as, @company_id, @digest);

-- name: CompanyWithTaxID :one
SELECT id FROM companies WHERE country = @country AND tax_id = @tax_id AND kpp = @kpp AND tax_id <> '';

-- Two at most: a name that several companies have names none of them.
-- name: CompaniesNamed :many
SELECT id FROM companies WHERE folded = $1 ORDER BY id LIMIT 2;

-- name: CompanyOfDomain :one
SELECT company_id FROM company_domains WHERE domain = $1;

-- name: InsertDomain :exec
INSERT INTO company_domains (domain, company_id, added) VALUES (@domain, @company_id, @added);

-- name: DropDomain :execrows
DELETE FROM company_domains WHERE domain = @domain AND company_id = @company_id;

-- name: DropDomains :exec
DELETE FROM company_domains WHERE company_id = $1;

-- name: PeopleOfCompany :many
SELECT id FROM contacts WHERE company_id = @company_id AND company_id IS NOT NULL AND NOT line ORDER BY created, id;

-- name: ContactsWithCompanyText :many
SELECT id FROM contacts WHERE company = @company AND company <> '' AND company_id IS NULL ORDER BY created, id LIMIT CAST(@most AS INTEGER);

-- Locks the company until the transaction ends.
-- name: LockCompany :execrows
UPDATE companies SET version = version WHERE id = $1;

-- name: CountPeople :one
SELECT COUNT(*) FROM contacts c WHERE c.company_id = @company_id AND NOT c.line AND (CAST(@sees_all AS BOOLEAN)
  OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = c.id AND v.user_id = CAST(@viewer AS TEXT)));

-- name: CountNamed :one
SELECT COUNT(*) FROM (SELECT c.id FROM contacts c WHERE c.company = @company AND c.company <> '' AND c.company_id IS NULL AND (CAST(@sees_all AS BOOLEAN)
  OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = c.id AND v.user_id = CAST(@viewer AS TEXT))) LIMIT CAST(@most AS INTEGER)) n;


-- name: EndLine :exec
UPDATE contacts SET line = FALSE, company_id = NULL, version = version + 1 WHERE company_id = @company_id AND line;

-- The line by whose number an interaction came, of one that is the line's or was given to a person.
-- name: LineOfInteraction :one
SELECT CAST(CASE WHEN t.line THEN t.id ELSE COALESCE((SELECT l.id FROM identities d JOIN contacts l ON l.id = d.contact_id AND l.line
    WHERE d.kind = 'phone' AND d.value = SUBSTR(i.came_from, 7) AND EXISTS (
        SELECT 1 FROM changes h WHERE h.object = 'interaction' AND h.object_id = i.id AND h.field = 'caller')), '') END AS TEXT) AS line_id
FROM interactions i JOIN contacts t ON t.id = i.contact_id WHERE i.id = @id;
