package letter

import "strings"

// headBlock reports whether the lines begin with the header of another mail, as Outlook writes it
// above a quotation.
func headBlock(lines []string) bool { return blockLines(lines) > 0 }

// blockLines returns how many lines such a header takes; 0: there is none. It names the author or
// a recipient, has an address or a time, and stands above a text: "From: Moscow / To: Tver /
// Date: tomorrow" is a list of the writer's.
func blockLines(lines []string) int {
	if len(lines) == 0 {
		return 0
	}
	if name, _ := headField(lines[0]); name == "" || name == "other" || name == "reply" {
		return 0
	}
	fields, n := blockFields(lines)
	from, date := fields["from"], fields["date"]
	addressed := strings.Contains(from+fields["to"], "@")
	dated := hasDate(date)
	timed := dated && hasTime(date)
	_, titled := fields["subject"]
	known := 0
	for _, name := range []string{"from", "date", "to", "subject"} {
		if _, found := fields[name]; found {
			known++
		}
	}
	if n < len(lines) && !addressed && labelRE.MatchString(bare(lines[n])) {
		return 0 // "Load: 5 t": a longer list of the writer's own
	}
	switch {
	case known == 4 && (addressed || dated), known == 3 && from != "" && (addressed && date != "" || timed && titled),
		known == 3 && from != "" && addressed && nextLine(lines[n:]) != "":
		return n
	case known == 1 && strings.Contains(from, "@") && hasTime(from) && hasDate(from):
		return n // all in one line
	case known == 2 && (from != "" || date != "") && (addressed || timed && from != ""):
		if from == "" && timed || from != "" && nextLine(lines[n:]) != "" {
			return n
		}
	}
	return 0
}

// blockFields reads such a header: its first fields of each name, in English,
// and how many lines it takes.
func blockFields(lines []string) (fields map[string]string, n int) {
	fields = map[string]string{}
	others, gap := 0, 0
	for i, line := range lines[:min(len(lines), 30)] {
		if strings.Trim(line, " \t*"+mark) == "" {
			if gap++; gap > 1 {
				break
			}
			continue
		}
		name, value := headField(line)
		_, seen := fields[name]
		switch {
		case name == "other":
			others++
		case name != "" && !seen:
			fields[name] = value
		case name != "" || gap > 0 || !continuesField(lines[i:]):
			return fields, n
		}
		if others > 8 {
			break
		}
		gap, n = 0, i+1
		if fields["from"] != "" && !strings.Contains(fields["from"], "@") && name == "" && strings.Contains(line, "@") {
			fields["from"] += line
		}
	}
	return fields, n
}

// continuesField reports whether a line without a name belongs to the field above it: another
// recipient, or the rest of a long subject with fields below.
func continuesField(lines []string) bool {
	if strings.Contains(lines[0], "@") {
		return true
	}
	return fieldFollows(lines)
}

// fieldFollows reports whether one of the next two lines is a field, so that the first line
// continues one.
func fieldFollows(lines []string) bool {
	if strings.Contains(lines[0], ": ") {
		return false
	}
	for _, line := range lines[1:min(len(lines), 3)] {
		if name, _ := headField(line); name != "" {
			return true
		}
	}
	return false
}
