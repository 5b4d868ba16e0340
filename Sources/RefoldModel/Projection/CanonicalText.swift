import RefoldBytes

/// Canonical JSON text (FOLD, section F) read without building values.
///
/// What a state holds goes into a document mostly as it is, so the projection finds where its sources lie and copies.
/// The text is the fold's own, but nothing here trusts it further than its bytes reach.
enum CanonicalText {
    /// What a value is, by its first byte.
    enum Kind: Sendable {
        case null
        case boolean
        case number
        case text
        case list
        case object
    }

    /// The kind of the value that the slice holds.
    static func kind(of value: ArraySlice<UInt8>) -> Kind {
        switch value.first {
        case UInt8(ascii: "\""): .text
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .list
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
        case UInt8(ascii: "n"), nil: .null
        default: .number
        }
    }

    /// The end of the value that begins at `start`.
    static func end(ofValueAt start: Int, in bytes: [UInt8]) -> Int {
        var place = start
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place = end(ofStringAt: place, in: bytes)
                if depth == 0 { return place }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // Closes what holds a number or word that began at `start`.
                if depth == 0 { return place }
                depth -= 1
                if depth == 0 { return place + 1 }
            case UInt8(ascii: ","):
                if depth == 0 { return place }
            default: break
            }
            place += 1
        }
        return place
    }

    /// The place behind the closing quote of the string that begins at `start`.
    static func end(ofStringAt start: Int, in bytes: [UInt8]) -> Int {
        var place = start + 1
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""): return place + 1
            case UInt8(ascii: "\\"): place += 2
            default: place += 1
            }
        }
        return bytes.count
    }

    /// The elements of a list.
    static func elements(of list: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        let bytes = Array(list)
        var elements: [ArraySlice<UInt8>] = []
        var place = 1
        while place < bytes.count - 1 {
            let end = max(end(ofValueAt: place, in: bytes), place + 1)
            elements.append(bytes[place..<min(end, bytes.count)])
            place = end + 1
        }
        return elements
    }

    /// The content of a string, unescaped, or the text of a number or boolean; nil for null and containers.
    static func scalarText(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        switch kind(of: value) {
        case .null, .list, .object: nil
        case .boolean, .number: value
        case .text: content(of: value)
        }
    }

    private static func content(of string: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let raw = string.dropFirst().dropLast()
        guard raw.contains(UInt8(ascii: "\\")) else { return raw }
        var content: [UInt8] = []
        content.reserveCapacity(raw.count)
        JSONText.appendUnescaped(raw: raw.span, to: &content)
        return content[...]
    }

    /// The canonical text of a string.
    static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var quoted: [UInt8] = []
        quoted.reserveCapacity(text.count + 2)
        // Hardly any text needs an escape, and one that needs none is copied whole.
        if text.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            JSONText.appendQuoted(text, to: &quoted)
        } else {
            quoted.append(UInt8(ascii: "\""))
            quoted.append(contentsOf: text)
            quoted.append(UInt8(ascii: "\""))
        }
        return quoted
    }
}
