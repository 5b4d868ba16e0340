public import RefoldBytes

/// So that a Swift aggregate can hold values as they came, numbers of any length included.
extension JSONValue: Codable {
    /// Encodes the value; refold's own encoder takes it as it is, another sees numbers as integers or doubles.
    public func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch self {
        case .null: try single.encodeNil()
        case .bool(let value): try single.encode(value)
        case .string(let text): try single.encode(text.string)
        case .array(let elements): try single.encode(elements)
        case .object(let object):
            var members = encoder.container(keyedBy: JSONKey.self)
            for member in object.members {
                try members.encode(member.value, forKey: JSONKey(stringValue: member.name.string))
            }
        case .number(let text):
            if let integer = DecimalNumber(text.bytes[...])?.int64 {
                try single.encode(integer)
            } else {
                try single.encode(Double(text.string))
            }
        }
    }

    /// Decodes any JSON; numbers as the decoder gives them.
    public init(from decoder: any Decoder) throws {
        // A decoder tells the kind of a value only by failing for the others.
        if let members = try? decoder.container(keyedBy: JSONKey.self) {
            self = .object(
                JSONObject(
                    try members.allKeys.map { key in
                        (ByteString(key.stringValue), try members.decode(JSONValue.self, forKey: key))
                    }
                )
            )
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? single.decode(Double.self) {
            self = try JSONValueEncoder().encode(value)
        } else if let value = try? single.decode(String.self) {
            self = .text(value)
        } else {
            self = .array(try single.decode([JSONValue].self))
        }
    }
}

/// As the text.
extension ByteString: Codable {
    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }

    /// Decodes a text.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
}
