internal import RefoldBytes
internal import RefoldModel

/// `where`: conditions on the state, all of which must hold.
enum ConditionShapes {
    static let conditions = Shape<[Entry<[Condition.Test]>]>.dictionary(of: tests).checked {
        (entries, _, reading) -> [Condition]? in
        entries.compactMap { entry in
            Shape<ValueSource>.source.read(YAMLNode(.string(entry.key), at: entry.mark), &reading).map {
                Condition(source: $0, tests: entry.value)
            }
        }
    }

    private static let tests = Shape<[Condition.Test]>.either(
        scalar: comparable.map { [.equals($0)] },
        mapping: Record(
            [Condition.Test](),
            demands: [.atLeastOne(of: "not", "in", "exists", "gte", "lt")],
            keys: [
                Key("not", comparable, .optional, "Not equal; holds for an absent field.") {
                    $0.append(.not($1))
                },
                Key("in", .list(of: comparable, atLeast: 1), .optional, "Equal to one of these.") {
                    $0.append(.oneOf($1))
                },
                Key("exists", .boolean, .optional, "Present, or with `false` absent.") {
                    $0.append(.exists($1))
                },
                Key("gte", ordered, .optional, "Greater or equal; numbers as numbers, text by bytes.") {
                    $0.append(.atLeast($1))
                },
                Key("lt", ordered, .optional, "Less; numbers as numbers, text by bytes.") {
                    $0.append(.below($1))
                },
            ]
        ).shape { tests, _, _ in tests }
    )

    /// A literal that a state can hold: null is never stored.
    private static var comparable: Shape<JSONValue> {
        literal(types: ["string", "number", "boolean"], word: "a text, number or boolean")
    }

    /// A literal that has an order.
    private static var ordered: Shape<JSONValue> {
        literal(types: ["string", "number"], word: "a text or number")
    }

    private static func literal(types: [String], word: String) -> Shape<JSONValue> {
        let schema: JSONObject = ["type": .array(types.map { .text($0) })]
        return Shape(description: .scalar(word: word, schema: schema)) { node, reading in
            switch node.scalar {
            case .string?, .number?: return node.scalar
            case .bool? where types.contains("boolean"): return node.scalar
            default:
                reading.report(
                    .type,
                    "expected \(word), found \(reading.describe(node))",
                    at: node.mark,
                    fix: node.scalar == .null ? "a state holds no null: write { exists: false }" : nil
                )
                return nil
            }
        }
    }
}
