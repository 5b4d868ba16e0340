import RefoldBytes
import RefoldModel

/// What values of one field look like in a sample of events.
indirect enum ValueShape: Sendable, Hashable {
    /// Only nulls so far.
    case unknown
    /// Texts; the longest in bytes.
    case text(longest: Int)
    /// Whole numbers.
    case integer
    /// Numbers with a fraction among them.
    case decimal
    /// Booleans.
    case boolean
    /// Points in time.
    case instant
    /// Calendar days.
    case day
    /// Objects, by component.
    case object([ByteString: ValueShape])
    /// Lists, or values that do not go together.
    case mixed

    /// The shape of one value; the field's name tells epoch milliseconds from other numbers.
    init(_ value: JSONValue, named name: ByteString) {
        self =
            switch value {
            case .null: .unknown
            case .bool: .boolean
            case .string(let text): ValueShape.ofText(text)
            case .number(let text): ValueShape.ofNumber(text, named: name)
            case .array: .mixed
            case .object(let object):
                .object(
                    Dictionary(
                        object.members.map { ($0.name, ValueShape($0.value, named: $0.name)) },
                        uniquingKeysWith: { $1 }
                    )
                )
            }
    }

    /// The shape that holds both.
    func joined(with other: ValueShape) -> ValueShape {
        switch (self, other) {
        case (.unknown, let shape), (let shape, .unknown): shape
        case (.text(let left), .text(let right)): .text(longest: max(left, right))
        case (.integer, .decimal), (.decimal, .integer): .decimal
        case (.text, .instant), (.instant, .text), (.text, .day), (.day, .text): .text(longest: 256)
        case (.object(let left), .object(let right)):
            .object(left.merging(right) { $0.joined(with: $1) })
        case _ where self == other: self
        default: .mixed
        }
    }

    private static func ofText(_ text: ByteString) -> ValueShape {
        let digitsAndDashes = text.bytes.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: "-") }
        if text.count == 10, digitsAndDashes,
            Instant.milliseconds(iso: text.bytes + Array("T00:00Z".utf8)) != nil
        {
            return .day
        }
        return Instant.milliseconds(iso: text.bytes) == nil ? .text(longest: text.count) : .instant
    }

    private static func ofNumber(_ text: ByteString, named name: ByteString) -> ValueShape {
        guard let whole = Int64(text.string) else { return .decimal }
        let isTime = ["Date", "Stamp", "Time", "At"].contains { name.string.hasSuffix($0) }
        return isTime && whole > 100_000_000_000 ? .instant : .integer
    }
}
