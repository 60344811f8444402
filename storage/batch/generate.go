package batch

import (
	"cmp"
	"strconv"
	"strings"
)

// RowsMost is the greatest number of rows of one statement on SQLite. Statements there have
// 1, 2, 4, 8 or 16 rows, so that few texts have to be prepared. On PostgreSQL a statement has
// any number: its parameters are arrays.
const (
	RowsMost = 16
	sizes    = 5
)

// text is one statement for any number of rows.
type text struct {
	sqlite [sizes]string // for 1, 2, 4, 8 and 16 rows
	one    string        // PostgreSQL, one row
	many   string        // PostgreSQL, an array for each column
}

// textOf generates a statement: each dialect puts the parameters, as VALUES or as a SELECT of
// arrays, into its text.
func textOf(valueTypes, arrayTypes []string, sqlite, pg func(values string) string) (t text) {
	for size := range t.sqlite {
		t.sqlite[size] = sqlite("VALUES " + valuesText(valueTypes, 1<<size))
	}
	t.one = pg("VALUES " + valuesText(valueTypes, 1))
	t.many = pg("SELECT * FROM " + arraysText(arrayTypes))
	return t
}

// largestFilledBy returns the size of the largest statement that n rows fill, and its
// number of rows.
func largestFilledBy(n int) (size, rows int) {
	for size+1 < sizes && 2<<size <= n {
		size++
	}
	return size, 1 << size
}

// smallestHolding returns the size of the smallest statement that takes n rows, and its
// number of rows.
func smallestHolding(n int) (size, rows int) {
	for 1<<size < n {
		size++
	}
	return size, 1 << size
}

// quote quotes an SQL identifier.
func quote(name string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(name, "\x00", ""), `"`, `""`) + `"`
}

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return strings.Join(quoted, ", ")
}

// insertText returns an INSERT. taken is what is done with a row whose key is taken, returning
// what the statement answers; both may be empty. Without taken PostgreSQL fails, which ends a
// pipeline before its COMMIT, and SQLite leaves the row out, which is seen by the count.
func insertText(table string, columns, types []string, taken, returning string) text {
	insert := func(taken string) func(string) string {
		return func(values string) string {
			return strings.TrimRight("INSERT INTO "+quote(table)+" ("+quoteAll(columns)+") "+values+" "+strings.TrimSpace(taken+" "+returning), " ")
		}
	}
	return textOf(make([]string, len(columns)), types, insert(cmp.Or(taken, ignoreTaken)), insert(taken))
}

const ignoreTaken = "ON CONFLICT DO NOTHING"

// upsertText returns the ON CONFLICT clause that overwrites the row.
func upsertText(key, update []string) string {
	set := make([]string, len(update))
	for i, c := range update {
		set[i] = quote(c) + " = EXCLUDED." + quote(c)
	}
	return "ON CONFLICT (" + quoteAll(key) + ") DO UPDATE SET " + strings.Join(set, ", ")
}

// anotherWriter is in PostgreSQL's error of a statement that did not write each row.
const anotherWriter = "another writer was first"

// updateText puts the parameters before a statement, as rows of v. If each row must be
// written, PostgreSQL itself refuses fewer, so that nothing behind the statement in its
// pipeline is done.
func updateText(statement string, columns, types []string, each bool) text {
	v := "WITH v (" + quoteAll(columns) + ") AS ("
	plain := func(values string) string { return v + values + ")\n" + statement }
	if !each {
		return textOf(types, types, plain, plain)
	}
	return textOf(types, types, plain, func(values string) string {
		return v + values + "), written AS (\n" + strings.TrimSpace(statement) + "\nRETURNING 1)\n" +
			"SELECT CAST(CASE WHEN (SELECT COUNT(*) FROM written) = (SELECT COUNT(*) FROM v) THEN '1' ELSE '" + anotherWriter + "' END AS INTEGER)"
	})
}

// arraysText is a table of parameters, an array for each column.
func arraysText(types []string) string {
	parameters := make([]string, len(types))
	for i, t := range types {
		parameters[i] = "CAST($" + strconv.Itoa(i+1) + " AS " + t + "[])"
	}
	return "unnest(" + strings.Join(parameters, ", ") + ")"
}

// valuesText are rows of parameters in brackets, cast where a type is given.
func valuesText(types []string, rows int) string {
	var b strings.Builder
	for n := range rows * len(types) {
		column := n % len(types)
		switch {
		case n == 0:
			b.WriteString("(")
		case column == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		if parameter := "$" + strconv.Itoa(n+1); types[column] == "" {
			b.WriteString(parameter)
		} else {
			b.WriteString("CAST(" + parameter + " AS " + types[column] + ")")
		}
	}
	b.WriteString(")")
	return b.String()
}

// keysText is a query whose rows have one of the keys.
func keysText(query string, columns, types []string) (t text) {
	for size := range t.sqlite {
		t.sqlite[size] = query + " " + oneOfKeys(columns, 1<<size)
	}
	t.one = t.sqlite[0]
	if len(columns) == 1 {
		t.many = query + " " + columns[0] + " = ANY (CAST($1 AS " + types[0] + "[]))"
	} else {
		t.many = query + " (" + strings.Join(columns, ", ") + ") IN (SELECT * FROM " + arraysText(types) + ")"
	}
	return t
}

// oneOfKeys is the condition that a row has one of so many keys.
func oneOfKeys(columns []string, keys int) string {
	parameters := make([]string, keys)
	if len(columns) == 1 {
		for k := range parameters {
			parameters[k] = "$" + strconv.Itoa(k+1)
		}
		return columns[0] + " IN (" + strings.Join(parameters, ", ") + ")"
	}
	for k := range parameters {
		parts := make([]string, len(columns))
		for i, c := range columns {
			parts[i] = c + " = $" + strconv.Itoa(k*len(columns)+i+1)
		}
		parameters[k] = "(" + strings.Join(parts, " AND ") + ")"
	}
	return "(" + strings.Join(parameters, " OR ") + ")"
}
