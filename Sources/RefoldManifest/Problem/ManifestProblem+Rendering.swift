extension ManifestProblem {
    /// How many characters of a long line are shown around the caret.
    private static let window = 100

    /// The problem as a person reads it: message, place, line with caret, cause, fix; no line break at the end.
    package var rendered: String {
        var lines = ["\(severity.rawValue): \(message)  [\(code.rawValue)]", " where: \(place)"]
        if let excerpt { lines += underlined(excerpt) }
        if isExcerptHidden { lines.append("      | (not shown: the line may hold a secret)") }
        if let cause { lines.append(" cause: \(cause)") }
        if let fix { lines.append(" fix:   \(fix)") }
        return lines.joined(separator: "\n")
    }

    /// The line and, below it, the caret; tabs stay tabs, so that the caret stands where the eye expects it.
    private func underlined(_ excerpt: String) -> [String] {
        var characters = Array(excerpt.unicodeScalars)
        var start = max(0, column - 1)
        guard start <= characters.count else { return [] }
        var prefix = ""
        if start > Self.window / 2, characters.count > Self.window {
            let cut = start - Self.window / 2
            characters.removeFirst(cut)
            start -= cut
            prefix = "…"
        }
        let isCut = characters.count > Self.window
        let shown = characters.prefix(Self.window)
        let carets = max(1, min(width, shown.count - start))
        let indent =
            prefix.map { _ in " " }.joined() + Self.text(shown.prefix(start).map { $0 == "\t" ? "\t" : " " })
        return [
            "      | \(prefix)\(Self.text(shown.map(Self.visible)))\(isCut ? "…" : "")",
            "      | \(indent)\(String(repeating: "^", count: carets))",
        ]
    }

    /// A control character of a hostile manifest must not reach the terminal.
    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control where scalar != "\t", .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
        default: scalar
        }
    }

    /// A text of a message, safe for a terminal.
    static func printable(_ text: String) -> String {
        Self.text(text.unicodeScalars.map(visible))
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }
}
