internal import RefoldBytes

extension Choice {
    /// What a mapping chose.
    enum Outcome {
        /// A variant.
        case known(String)
        /// There is nothing to choose.
        case notNeeded
        /// It cannot be learned; reported.
        case unknown

        /// The variant, when there is one.
        var variant: String? {
            if case .known(let name) = self { name } else { nil }
        }

        /// Whether it is clear which keys apply.
        var isKnown: Bool {
            if case .unknown = self { false } else { true }
        }
    }

    /// The key whose word decides, when one does.
    var key: String? {
        if case .word(let key, _) = self { key } else { nil }
    }

    /// Learns which variant a mapping is.
    func variant(of node: YAMLNode, _ reading: inout Reading) -> Outcome {
        switch self {
        case .none: .notNeeded
        case .word(let key, let words): Self.word(key, words, node, &reading)
        case .presence(let keys): Self.presence(keys, node, &reading)
        }
    }

    /// A variant in a sentence: `a Rebuild`, `format fields`.
    func title(of variant: String) -> String {
        switch self {
        case .word(let key, _): "\(key) \(variant)"
        case .none, .presence: "`\(variant)`"
        }
    }

    /// Several variants in a sentence.
    func titles(of variants: [String]) -> String {
        switch self {
        case .word(let key, _): "\(key) \(variants.joined(separator: ", "))"
        case .none, .presence: variants.map { "`\($0)`" }.joined(separator: ", ")
        }
    }

    private static func word(
        _ key: String,
        _ words: [String],
        _ node: YAMLNode,
        _ reading: inout Reading
    ) -> Outcome {
        guard let value = node[key] else {
            reading.report(
                .missingKey,
                "`\(key)` is missing",
                at: node.mark.narrow,
                fix: "one of \(words.joined(separator: ", "))"
            )
            return .unknown
        }
        guard let word = Shape<String>.word(of: words).read(value, &reading) else { return .unknown }
        return .known(word)
    }

    private static func presence(_ keys: [String], _ node: YAMLNode, _ reading: inout Reading) -> Outcome {
        let present = (node.pairs ?? []).filter { keys.contains($0.key.string) }
        let list = keys.map { "`\($0)`" }.joined(separator: ", ")
        guard let first = present.first else {
            reading.report(.missingKey, "exactly one of \(list) is needed", at: node.mark.narrow)
            return .unknown
        }
        for other in present.dropFirst() {
            reading.report(
                .combination,
                "`\(other.key)` stands beside `\(first.key)`: exactly one of \(list) is taken",
                at: other.keyMark,
                fix: "keep one of the two"
            )
        }
        return present.count == 1 ? .known(first.key.string) : .unknown
    }
}
