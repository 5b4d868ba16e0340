import RefoldBytes
import RefoldModel
import RefoldSQLite

/// What one scalar becomes in a column, or why it refuses the document (DOMAIN 4.1).
enum FieldValue {
    /// What a scalar is in JSON.
    enum Token {
        case string
        case number
        case `true`
        case `false`
    }

    /// The most bytes of one term.
    static let termLimit = 32_766

    /// The cell of a scalar; nil: it is left out of the column.
    ///
    /// `range` says where the text lies in the batch; nil: it is a copy, and a text cell holds its own.
    static func cell(
        _ token: Token,
        _ text: Span<UInt8>,
        at range: Range<Int>?,
        as leaf: MappedLeaf
    ) throws(Refusal) -> Statement.Cell? {
        do {
            return try fittingCell(token, text, at: range, as: leaf)
        } catch {
            if leaf.ignoresMalformed { return nil }
            throw error
        }
    }

    /// The cell of a value of the definition.
    static func cell(of value: JSONValue, as leaf: MappedLeaf) throws(Refusal) -> Statement.Cell? {
        switch value {
        case .string(let text): try cell(.string, text.bytes.span, at: nil, as: leaf)
        case .number(let text): try cell(.number, text.bytes.span, at: nil, as: leaf)
        case .bool(let value):
            try cell(value ? .true : .false, Array((value ? "true" : "false").utf8).span, at: nil, as: leaf)
        default: throw Refusal(leaf, "it is no scalar")
        }
    }

    private static func fittingCell(
        _ token: Token,
        _ text: Span<UInt8>,
        at range: Range<Int>?,
        as leaf: MappedLeaf
    ) throws(Refusal) -> Statement.Cell? {
        switch leaf.type {
        case .text, .matchOnlyText: return textCell(text, range)
        case .keyword, .wildcard: return try keyword(text, range, leaf)
        case .ip:
            guard token == .string, isAddress(text) else { throw Refusal(leaf, "it is no IP address") }
            return textCell(text, range)
        case .binary:
            guard token == .string, isBase64(text) else { throw Refusal(leaf, "it is no base64 text") }
            return textCell(text, range)
        case .boolean: return try boolean(token, text, leaf)
        case .long, .integer, .short, .byte, .unsignedLong: return try integer(token, text, range, leaf)
        case .double, .float, .halfFloat, .scaledFloat: return try real(token, text, leaf)
        case .date, .dateNanos:
            guard token == .string || token == .number, leaf.dateFormat?.interval(of: text) != nil else {
                throw Refusal(leaf, "it is no date in the field's format")
            }
            return textCell(text, range)
        case .nested, .flatObject: throw Refusal(leaf, "it is no object")
        }
    }

    private static func textCell(_ text: Span<UInt8>, _ range: Range<Int>?) -> Statement.Cell {
        if let range { return .text(offset: range.lowerBound, count: range.count) }
        return .ownText(ByteString(copying: text, in: 0..<text.count).bytes)
    }

    private static func keyword(
        _ text: Span<UInt8>,
        _ range: Range<Int>?,
        _ leaf: MappedLeaf
    ) throws(Refusal) -> Statement.Cell? {
        if let limit = leaf.ignoreAbove, text.count > limit, utf16Count(text) > limit { return nil }
        if leaf.hasTerms, text.count > termLimit {
            throw Refusal(
                leaf,
                "its \(grouped(text.count)) bytes are more than a term's \(grouped(termLimit))"
            )
        }
        return textCell(text, range)
    }

    private static func boolean(
        _ token: Token,
        _ text: Span<UInt8>,
        _ leaf: MappedLeaf
    ) throws(Refusal) -> Statement.Cell {
        switch token {
        case .true: return .integer(1)
        case .false: return .integer(0)
        case .string:
            if text.isEmpty || equals(text, "false") { return .integer(0) }
            if equals(text, "true") { return .integer(1) }
        case .number: break
        }
        throw Refusal(leaf, "it is neither true nor false")
    }

    private static func integer(
        _ token: Token,
        _ text: Span<UInt8>,
        _ range: Range<Int>?,
        _ leaf: MappedLeaf
    ) throws(Refusal) -> Statement.Cell? {
        guard try isNumeric(token, text, leaf) else { return nil }
        guard let number = DecimalNumber(text, as: .coerced) else { throw Refusal(leaf, "it is no number") }
        guard number.isIntegral || leaf.coerces else { throw Refusal(leaf, "it has a fraction") }
        if leaf.type == .unsignedLong {
            guard number.truncatedUInt64 != nil else { throw Refusal(leaf, "it is out of range") }
            return textCell(text, range)
        }
        let bounds = bounds(of: leaf.type)
        guard let value = number.truncatedInt64, bounds.contains(value) else {
            throw Refusal(leaf, "it is out of range")
        }
        // Some are compared before they are cut, some after: so the three nodes do.
        let isComparedWhole = leaf.type == .integer || leaf.type == .short && token == .string
        let isAtBound = value == bounds.lowerBound || value == bounds.upperBound
        if isComparedWhole, isAtBound, !number.isIntegral { throw Refusal(leaf, "it is out of range") }
        return .integer(value)
    }

    private static func bounds(of type: FieldType) -> ClosedRange<Int64> {
        switch type {
        case .integer: Int64(Int32.min)...Int64(Int32.max)
        case .short: Int64(Int16.min)...Int64(Int16.max)
        case .byte: Int64(Int8.min)...Int64(Int8.max)
        default: .min ... .max
        }
    }

    private static func real(
        _ token: Token,
        _ text: Span<UInt8>,
        _ leaf: MappedLeaf
    ) throws(Refusal) -> Statement.Cell? {
        guard try isNumeric(token, text, leaf) else { return nil }
        guard DecimalText(text, as: .coerced) != nil, let value = double(text) else {
            throw Refusal(leaf, "it is no number")
        }
        let isFinite =
            switch leaf.type {
            case .float: Float(value).isFinite
            // The greatest half-float is 65504; from 65520 on a number rounds to infinity.
            case .halfFloat: abs(value) < 65_520
            default: value.isFinite
            }
        guard isFinite else { throw Refusal(leaf, "it is out of range") }
        return .real(value)
    }

    /// Whether there is a number to read; an empty text that may be coerced stands for none.
    private static func isNumeric(
        _ token: Token,
        _ text: Span<UInt8>,
        _ leaf: MappedLeaf
    ) throws(Refusal) -> Bool {
        switch token {
        case .number: return true
        case .string:
            guard leaf.coerces else { throw Refusal(leaf, "it is a text, and the field does not coerce") }
            return !text.isEmpty
        case .true, .false: throw Refusal(leaf, "it is a boolean")
        }
    }
}
