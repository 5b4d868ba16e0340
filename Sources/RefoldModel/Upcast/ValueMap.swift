package import RefoldBytes

/// Replacements of scalar values, compared as text: `1` and `"1"` are one.
package struct ValueMap: Sendable {
    private let byText: [ByteString: JSONValue]

    /// Replacements as listed; of one text the first counts.
    package init(_ replacements: some Sequence<(from: JSONValue, to: JSONValue)>) {
        let pairs = replacements.compactMap { replacement in
            replacement.from.scalarText.map { ($0, replacement.to) }
        }
        byText = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// The replacement of a text.
    package subscript(text: ByteString) -> JSONValue? { byText[text] }

    /// The value after replacement, each element of a list by itself; nil when nothing is replaced.
    package func replaced(_ value: JSONValue) -> JSONValue? {
        guard case .array(let elements) = value else { return value.scalarText.flatMap { byText[$0] } }
        var isChanged = false
        let replaced = elements.map { element in
            guard let new = self.replaced(element) else { return element }
            isChanged = true
            return new
        }
        return isChanged ? .array(replaced) : nil
    }
}

extension JSONValue {
    /// A text, number or boolean as text; nil for null and containers.
    package var scalarText: ByteString? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
