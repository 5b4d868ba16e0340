/// A table for people: a head in capitals, columns aligned, two spaces between them, no blanks at line ends.
package struct TextTable: Sendable {
    /// One column.
    package struct Column: Sendable {
        /// Its head.
        package var head: String
        /// Whether its cells stand at the right, as numbers do.
        package var isNumeric: Bool

        /// A column of text.
        package static func text(_ head: String) -> Column { Column(head: head, isNumeric: false) }
        /// A column of numbers.
        package static func number(_ head: String) -> Column { Column(head: head, isNumeric: true) }
    }
    /// The columns.
    package var columns: [Column]
    /// The rows, a cell for each column; a missing cell is empty.
    package var rows: [[String]] = []

    /// A table without rows.
    package init(_ columns: [Column]) { self.columns = columns }

    /// The lines, each ended.
    package var text: String {
        let lines = [columns.map(\.head)] + rows
        let widths = columns.indices.map { column in lines.map { cell($0, column).count }.max() ?? 0 }
        return lines.map { line in
            let cells = columns.indices.map { column in
                let text = cell(line, column)
                let blanks = String(repeating: " ", count: widths[column] - text.count)
                return columns[column].isNumeric ? blanks + text : text + blanks
            }
            return trimmedAtEnd(cells.joined(separator: "  ")) + "\n"
        }
        .joined()
    }

    private func cell(_ row: [String], _ column: Int) -> String {
        row.indices.contains(column) ? row[column] : ""
    }
}

/// The text without blanks at its end.
func trimmedAtEnd(_ text: String) -> String {
    var text = Substring(text)
    while text.last == " " { text.removeLast() }
    return String(text)
}
