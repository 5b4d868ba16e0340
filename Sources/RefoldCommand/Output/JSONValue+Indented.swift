import RefoldBytes

extension JSONValue {
    /// The value for people: a member or element a line, one blank a level, names sorted by bytes, the last line ended.
    var indented: [UInt8] {
        var output: [UInt8] = []
        append(to: &output, level: 0)
        output.append(UInt8(ascii: "\n"))
        return output
    }

    private func append(to output: inout [UInt8], level: Int) {
        switch self {
        case .array(let elements) where !elements.isEmpty:
            Self.append(elements, between: "[", and: "]", to: &output, level: level) { element, output in
                element.append(to: &output, level: level + 1)
            }
        case .object(let object) where !object.isEmpty:
            let members = object.members.sorted { $0.name < $1.name }
            Self.append(members, between: "{", and: "}", to: &output, level: level) { member, output in
                output += JSONValue.string(member.name).canonical.bytes + Array(": ".utf8)
                member.value.append(to: &output, level: level + 1)
            }
        default: output += canonical.bytes
        }
    }

    private static func append<Part>(
        _ parts: [Part],
        between open: Unicode.Scalar,
        and close: Unicode.Scalar,
        to output: inout [UInt8],
        level: Int,
        _ append: (Part, inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: open))
        for (place, part) in parts.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            breakLine(&output, level + 1)
            append(part, &output)
        }
        breakLine(&output, level)
        output.append(UInt8(ascii: close))
    }

    private static func breakLine(_ output: inout [UInt8], _ level: Int) {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level))
    }
}
