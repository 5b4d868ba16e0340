internal import RefoldBytes

/// A header's integer in the forms of FOLD R9.
enum HeaderInteger: Equatable {
    /// An integer that fits.
    case value(Int64)
    /// An integer that does not fit Int64.
    case outside
    /// Any other form, or nothing.
    case missing

    /// Reads a number or string node: an integer or integral float text (`1.0`, not `1e0`).
    init(_ index: Int?, _ nodes: Span<JSONNode>, in text: Span<UInt8>) {
        guard let index else {
            self = .missing
            return
        }
        let node = nodes[index]
        switch node.kind {
        case .number: self.init(text: text.extracting(node.range))
        case .string where !node.isEscaped: self.init(text: text.extracting(node.range))
        case .string: self.init(text: JSONText.unescaped(node, in: text).bytes.span)
        default: self = .missing
        }
    }

    /// Reads `-?[0-9]+(\.0+)?`; a text may have leading zeros.
    init(text: Span<UInt8>) {
        self = .missing
        var at = 0
        let isNegative = at < text.count && text[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        let first = at
        var value: Int64 = 0
        var fits = true
        while at < text.count, text[at] >= UInt8(ascii: "0"), text[at] <= UInt8(ascii: "9") {
            let digit = Int64(text[at] - UInt8(ascii: "0"))
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(isNegative ? -digit : digit)
            fits = fits && !overflow && !carry
            value = sum
            at += 1
        }
        guard at > first else { return }
        if at < text.count {
            guard text[at] == UInt8(ascii: "."), at + 1 < text.count else { return }
            at += 1
            while at < text.count {
                guard text[at] == UInt8(ascii: "0") else { return }
                at += 1
            }
        }
        self = fits ? .value(value) : .outside
    }

    /// Reads a timestamp: as above, or an ISO 8601 text.
    static func timestamp(_ index: Int?, _ nodes: Span<JSONNode>, in text: Span<UInt8>) -> HeaderInteger {
        let integer = HeaderInteger(index, nodes, in: text)
        guard integer == .missing else { return integer }
        return iso(index, nodes, in: text)
    }

    /// Reads an ISO 8601 text only.
    static func iso(_ index: Int?, _ nodes: Span<JSONNode>, in text: Span<UInt8>) -> HeaderInteger {
        guard let index, nodes[index].kind == .string else { return .missing }
        let bytes = JSONText.unescaped(nodes[index], in: text).bytes
        return Instant.milliseconds(iso: bytes).map { .value($0) } ?? .missing
    }
}
