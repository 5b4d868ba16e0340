extension ShapeDescription {
    /// The word people use for such a value: `a size`, `a list of texts`.
    var word: String {
        switch self {
        case .scalar(let word, _): word
        case .list(let element, _):
            if let plural = element.plural { "a list of \(plural)" } else { "a list, each \(element.word)" }
        case .dictionary: "a mapping"
        case .record: "a mapping"
        case .either(let forms): forms.map(\.word).joined(separator: " or ")
        case .named(_, let word, let shape): word ?? shape().word
        }
    }

    /// The word for several, of words that have a simple one.
    private var plural: String? {
        switch self {
        case .scalar(let word, _):
            guard !word.contains(" or "), !word.contains("`"), word.hasPrefix("a ") else { return nil }
            return "\(word.dropFirst(2))s"
        case .dictionary, .record: return "mappings"
        case .list, .either, .named: return nil
        }
    }
}
