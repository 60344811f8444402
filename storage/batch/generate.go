package batch

import (
	"strconv"
	"strings"
)

// RowsMost is the greatest number of rows of one statement. Statements have 1, 2, 4, 8 or
// 16 rows, so that few texts have to be prepared.
const (
	RowsMost = 16
	sizes    = 5
)

// texts are those of one statement for 1, 2, 4, 8 and 16 rows.
type texts [sizes]string

func textsFor(text func(rows int) string) (t texts) {
	for size := range t {
		t[size] = text(1 << size)
	}
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

// insertText returns an INSERT of so many rows. refused is its ON CONFLICT clause.
func insertText(table string, columns []string, rows int, refused string) string {
	return "INSERT INTO " + quote(table) + " (" + quoteAll(columns) + ") VALUES " + valuesText(make([]string, len(columns)), rows) + " " + refused
}

// upsertText returns the ON CONFLICT clause that overwrites the row.
func upsertText(key, update []string) string {
	set := make([]string, len(update))
	for i, c := range update {
		set[i] = quote(c) + " = EXCLUDED." + quote(c)
	}
	return "ON CONFLICT (" + quoteAll(key) + ") DO UPDATE SET " + strings.Join(set, ", ")
}

// updateText puts the parameters before a statement, as rows of v.
func updateText(statement string, columns, types []string, rows int) string {
	return "WITH v (" + quoteAll(columns) + ") AS (VALUES " + valuesText(types, rows) + ")\n" + statement
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

// keysText is the condition that a row has one of so many keys.
func keysText(columns []string, keys int) string {
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
