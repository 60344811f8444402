// Package db is the SQL of storage, generated.
package db
