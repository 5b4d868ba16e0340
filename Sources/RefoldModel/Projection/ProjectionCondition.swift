import RefoldBytes

/// A condition of `where`, its literals made ready.
///
/// A comparison with an absent value is false, `not` its negation. Numbers compare by value, exactly; texts by UTF-8 bytes;
/// a number with a text never. Booleans, lists and objects can only be equal. `gte` and `lt` on them are false.
struct ProjectionCondition: Sendable {
    private indirect enum Test: Sendable {
        case oneOf([Literal])
        case not(Literal)
        case exists(Bool)
        case atLeast(Literal)
        case below(Literal)
    }
    private enum Literal: Sendable {
        case number(DecimalNumber)
        case text([UInt8])
        case other([UInt8])

        init(_ value: JSONValue) {
            switch value {
            case .string(let text): self = .text(text.bytes)
            case .number(let text):
                self = DecimalNumber(text.bytes[...]).map { .number($0) } ?? .other(text.bytes)
            case .null, .bool, .array, .object: self = .other(value.canonical.bytes)
            }
        }
    }
    private let source: ProjectionSource
    private let tests: [Test]

    init(_ condition: Condition, in tree: inout SourceTree) {
        source = ProjectionSource(condition.source, in: &tree)
        tests = condition.tests.map { test in
            switch test {
            case .equals(let value): .oneOf([Literal(value)])
            case .oneOf(let values): .oneOf(values.map { Literal($0) })
            case .not(let value): .not(Literal(value))
            case .exists(let isPresent): .exists(isPresent)
            case .atLeast(let value): .atLeast(Literal(value))
            case .below(let value): .below(Literal(value))
            }
        }
    }

    /// Whether all tests hold.
    func holds(for row: ProjectionRow) -> Bool {
        let value = row.value(of: source)
        return tests.allSatisfy { test in
            switch test {
            case .oneOf(let literals): literals.contains { Self.equals(value, $0) }
            case .not(let literal): !Self.equals(value, literal)
            case .exists(let isPresent): (value != nil) == isPresent
            case .atLeast(let literal): Self.isBelow(value, literal) == false
            case .below(let literal): Self.isBelow(value, literal) == true
            }
        }
    }

    private static func equals(_ value: ArraySlice<UInt8>?, _ literal: Literal) -> Bool {
        guard let value else { return false }
        switch (CanonicalText.kind(of: value), literal) {
        case (.number, .number(let number)): return DecimalNumber(value) == number
        case (.text, .text(let text)): return CanonicalText.scalarText(value)?.elementsEqual(text) ?? false
        case (.number, _), (.text, _): return false
        case (_, .other(let canonical)): return value.elementsEqual(canonical)
        case (_, .number), (_, .text): return false
        }
    }

    /// Nil when the two do not compare.
    private static func isBelow(_ value: ArraySlice<UInt8>?, _ literal: Literal) -> Bool? {
        guard let value, let text = CanonicalText.scalarText(value) else { return nil }
        switch (CanonicalText.kind(of: value), literal) {
        case (.number, .number(let number)): return DecimalNumber(text).map { $0 < number }
        case (.text, .text(let bound)): return text.lexicographicallyPrecedes(bound)
        default: return nil
        }
    }
}
