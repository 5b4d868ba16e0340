/// One option, declared once: parser, help, completions and manual page read it from here.
package struct OptionDeclaration: Sendable, Hashable {
    /// What follows the option.
    package enum Value: Sendable, Hashable {
        /// Nothing: it is a switch.
        case none
        /// Any text, shown under this placeholder.
        case text(String)
        /// The path of a file or folder.
        case path(String)
        /// One of these words.
        case choice(String, [String])
        /// A whole number within bounds.
        case count(String, ClosedRange<Int>)
    }
    /// The long name, without dashes.
    package var long: String
    /// The one-letter name.
    package var short: Character?
    /// What follows it.
    package var value: Value
    /// What it does, one sentence in lower case without a full stop; code in back-ticks.
    package var summary: String
    /// Whether it may be given several times, each counting.
    package var repeats: Bool

    /// All parts; a switch unless a value is said.
    package init(
        _ long: String,
        short: Character? = nil,
        value: Value = .none,
        repeats: Bool = false,
        _ summary: String
    ) {
        self.long = long
        self.short = short
        self.value = value
        self.summary = summary
        self.repeats = repeats
    }

    /// The name of its value in help; nil for a switch.
    package var placeholder: String? {
        switch value {
        case .none: nil
        case .text(let name), .path(let name), .count(let name, _): name
        case .choice(_, let words) where words.count <= 3: words.joined(separator: "|")
        case .choice(let name, _): name
        }
    }

    /// `--output`, as it is typed.
    package var typed: String { "--\(long)" }

    /// `-o, --output text|json`, as help shows it.
    package var heading: String {
        let names = short.map { "-\($0), \(typed)" } ?? "    \(typed)"
        return placeholder.map { "\(names) \($0)" } ?? names
    }

    /// Why a value cannot be, or nil when it can.
    package func objection(to text: String) -> String? {
        switch value {
        case .none: return "it takes none"
        case .text, .path: return text.isEmpty ? "the value is empty" : nil
        case .choice(_, let words):
            return words.contains(text) ? nil : "it is one of \(words.joined(separator: ", "))"
        case .count(_, let range):
            guard let number = Int(text), range.contains(number) else {
                return range.upperBound == Int.max
                    ? "it is a whole number from \(range.lowerBound)"
                    : "it is a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
            return nil
        }
    }
}
