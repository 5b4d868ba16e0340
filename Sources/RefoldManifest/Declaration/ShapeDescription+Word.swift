extension ShapeDescription {
    /// The word people use for such a value: `a size`, `a list of texts`.
    var word: String {
        switch self {
        case .scalar(let word, _): word
        case .list(let element, _): "a list of \(element.plural)"
        case .dictionary: "a mapping"
        case .record: "a mapping"
        case .either(let forms): forms.map(\.word).joined(separator: " or ")
        case .named(_, let shape): shape().word
        }
    }

    private var plural: String {
        switch self {
        case .scalar(let word, _):
            word.hasPrefix("a ")
                ? "\(word.dropFirst(2))s" : word.hasPrefix("an ") ? "\(word.dropFirst(3))s" : word
        case .list: "lists"
        case .dictionary, .record: "mappings"
        case .either(let forms): forms.map(\.plural).joined(separator: " or ")
        case .named(_, let shape): shape().plural
        }
    }
}
