/// Text broken at blanks into lines of at most so many characters; a longer word has a line of its own.
package func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if line.isEmpty {
            line = String(word)
        } else if line.count + 1 + word.count <= width {
            line += " " + word
        } else {
            lines.append(line)
            line = String(word)
        }
    }
    return lines + [line]
}

/// Headings and what they mean in two columns; a heading that is too wide has a line of its own.
package func twoColumns(
    _ rows: [(heading: String, text: String)],
    indent: Int = 2,
    column: Int,
    width: Int = 80
) -> String {
    let margin = String(repeating: " ", count: indent)
    let hanging = String(repeating: " ", count: column)
    return rows.map { row in
        let head = margin + row.heading
        let lines = wrapped(row.text, width: width - column)
        let body = lines.joined(separator: "\n\(hanging)")
        guard head.count + 2 <= column else { return "\(head)\n\(hanging)\(body)\n" }
        return trimmedAtEnd(head + String(repeating: " ", count: column - head.count) + body) + "\n"
    }
    .joined()
}
