import RefoldBytes

/// The properties of one object, dotted names unfolded into objects as the engines do.
struct PropertyTree {
    /// Name and definition, in the order they came.
    private(set) var members: [(name: ByteString, definition: JSONValue)] = []

    /// Whether a field may be called so: parts between dots, none empty, without control characters.
    static func takes(_ name: ByteString) -> Bool {
        parts(of: name).allSatisfy { !$0.isEmpty } && !name.bytes.contains { $0 < 0x20 }
            && name.count <= 50_000 && !name.bytes.allSatisfy { $0 == UInt8(ascii: " ") }
    }

    private static func parts(of name: ByteString) -> [ArraySlice<UInt8>] {
        name.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }

    /// Adds one property; `a.b` becomes `b` of the object `a`.
    mutating func insert(_ name: ByteString, _ definition: JSONValue, at path: ByteString) throws(IndexError)
    {
        guard PropertyTree.takes(name) else {
            throw IndexError(
                .refused,
                "a field of '\(path)' has the bad name '\(name)'",
                fix: "rename it: no empty part between dots, no control characters"
            )
        }
        let parts = PropertyTree.parts(of: name)
        var value = definition
        for part in parts.dropFirst().reversed() {
            value = ["properties": .object([ByteString(copying: part): value])]
        }
        let first = ByteString(copying: parts.first ?? [])
        guard let place = members.firstIndex(where: { $0.name == first }) else {
            members.append((first, value))
            return
        }
        guard let merged = merge(members[place].definition, value) else {
            throw IndexError(
                .refused,
                "field '\(first)' of '\(path)' is defined twice",
                fix: "keep one of the two: a dotted name and the same object name one field"
            )
        }
        members[place].definition = merged
    }

    private func merge(_ left: JSONValue, _ right: JSONValue) -> JSONValue? {
        guard var object = left.asObject, var properties = object["properties"]?.asObject,
            let added = right["properties"]?.asObject, right.asObject?.count == 1
        else { return nil }
        for member in added.members {
            if let standing = properties[member.name] {
                guard let merged = merge(standing, member.value) else { return nil }
                properties[member.name] = merged
            } else {
                properties[member.name] = member.value
            }
        }
        object["properties"] = .object(properties)
        return .object(object)
    }
}

extension JSONValue {
    /// A boolean, or its text, as the engines take it in settings and mappings.
    var lenientBool: Bool? {
        switch asString {
        case "true": true
        case "false": false
        default: asBool
        }
    }

    /// An integer, or its text.
    var lenientInteger: Int? { numberText.flatMap { Int($0) } }

    /// The text of a number, or of a string that may be one.
    var numberText: String? {
        guard case .number(let text) = self else { return asString }
        return text.string
    }
}

extension JSONObject {
    /// The object with one member set.
    func with(_ name: ByteString, _ value: JSONValue) -> JSONObject {
        var copy = self
        copy[name] = value
        return copy
    }
}

extension JSONText {
    /// A name as it stands between quotes in canonical JSON.
    static func escaped(_ name: ByteString) -> ByteString {
        var quoted: [UInt8] = []
        appendQuoted(name.bytes, to: &quoted)
        return ByteString(copying: quoted.dropFirst().dropLast())
    }
}
