internal import RefoldBytes

/// JSON in DynamoDB's typed form.
enum DynamoText {
    /// The typed form of a JSON text; nil when it is none.
    static func typed(_ text: String) -> String? {
        do throws(JSONError) {
            let typed = typed(try JSONValue(parsing: ByteString(text)))
            return typed.canonical.string
        } catch {
            return nil
        }
    }

    private static func typed(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null: ["NULL": true]
        case .bool(let value): ["BOOL": .bool(value)]
        case .number(let text): ["N": .string(text)]
        case .string(let text): ["S": .string(text)]
        case .array(let elements): ["L": .array(elements.map(typed))]
        case .object(let object):
            ["M": .object(JSONObject(object.members.map { ($0.name, typed($0.value)) }))]
        }
    }
}
