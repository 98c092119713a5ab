# SPDX-License-Identifier: ISC
# C source with its comments and the contents of its strings taken out, line for
# line, so that a search finds code only. Names in #include "..." stay.
{
	line = $0
	out = ""
	if (!comment && line ~ /^[ \t]*#[ \t]*include/) {
		print line
		next
	}
	while (line != "") {
		if (comment) {
			end = index(line, "*/")
			if (!end)
				break
			line = substr(line, end + 2)
			comment = 0
			continue
		}
		if (!match(line, /\/\*|\/\/|"|'/)) {
			out = out line
			break
		}
		out = out substr(line, 1, RSTART - 1)
		mark = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		if (mark == "/*") {
			comment = 1
			out = out " "
		} else if (mark == "//") {
			out = out "//" # a style check looks for it
			break
		} else {
			# To the closing quote; a backslash takes the next along.
			if (mark == "\"")
				match(line, /^([^"\\]|\\.)*"/)
			else
				match(line, /^([^'\\]|\\.)*'/)
			if (RSTART == 0)
				break
			line = substr(line, RLENGTH + 1)
			out = out mark mark
		}
	}
	print out
}
