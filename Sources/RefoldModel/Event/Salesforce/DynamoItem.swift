internal import RefoldBytes

/// DynamoDB's typed JSON made plain (FOLD R8).
enum DynamoItem {
    /// What a DynamoDB line holds.
    enum Content {
        /// The line is not DynamoDB's.
        case notDynamo
        /// The event as plain JSON text; maps have lost their order, a string of JSON has kept it.
        case event(ByteString, keepsOrder: Bool)
        /// The line is set aside.
        case reject(RejectWord)
    }

    /// Looks for `Item` or an incremental export's images.
    static func content(of root: RootMembers, _ nodes: Span<JSONNode>, in text: Span<UInt8>) -> Content {
        if root.item == nil, root.newImage == nil, root.keys == nil { return .notDynamo }
        func object(_ member: Int?) -> Int? { member.flatMap { nodes[$0].kind == .object ? $0 : nil } }
        guard let image = object(root.item) ?? object(root.newImage) else {
            return root.keys == nil ? .notDynamo : .reject(.noImage)
        }
        var plain = JSONObject()
        do {
            plain = try members(of: image, nodes, in: text)
        } catch {
            return .reject(error)
        }
        guard let data = plain["data"] else {
            return .event(JSONValue.object(plain).canonical, keepsOrder: false)
        }
        switch data {
        case .object: return .event(data.canonical, keepsOrder: false)
        case .string(let json): return .event(json, keepsOrder: true)
        default: return .reject(.noHeader)
        }
    }

    private static func members(
        of index: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) throws(RejectWord) -> JSONObject {
        var result = JSONObject()
        var name = index + 1
        while name < Int(nodes[index].next) {
            result[JSONText.unescaped(nodes[name], in: text)] = try value(name + 1, nodes, in: text)
            name = Int(nodes[name + 1].next)
        }
        return result
    }

    /// One attribute value: an object of exactly one type word.
    private static func value(
        _ index: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) throws(RejectWord) -> JSONValue {
        guard nodes[index].kind == .object, nodes[index].next > index + 2 else { throw .badDynamo }
        let name = nodes[index + 1]
        let inner = index + 2
        guard nodes[inner].next == nodes[index].next else { throw .badDynamo }
        let node = nodes[inner]
        switch JSONText.unescaped(name, in: text).string {
        case "S" where node.kind == .string, "B" where node.kind == .string:
            return .string(JSONText.unescaped(node, in: text))
        case "N":
            return try number(inner, nodes, in: text)
        case "BOOL" where node.kind == .true: return .bool(true)
        case "BOOL" where node.kind == .false: return .bool(false)
        case "NULL": return .null
        case "M" where node.kind == .object: return .object(try members(of: inner, nodes, in: text))
        case "L" where node.kind == .array:
            return .array(try elements(inner, nodes, in: text, value))
        case "SS" where node.kind == .array, "BS" where node.kind == .array:
            return .array(
                try elements(inner, nodes, in: text) { (index, nodes, text) throws(RejectWord) in
                    guard nodes[index].kind == .string else { throw .badDynamo }
                    return .string(JSONText.unescaped(nodes[index], in: text))
                }
            )
        case "NS" where node.kind == .array:
            return .array(try elements(inner, nodes, in: text, number))
        default: throw .badDynamo
        }
    }

    private static func elements(
        _ array: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        _ read: (Int, Span<JSONNode>, Span<UInt8>) throws(RejectWord) -> JSONValue
    ) throws(RejectWord) -> [JSONValue] {
        var result: [JSONValue] = []
        var child = array + 1
        while child < Int(nodes[array].next) {
            result.append(try read(child, nodes, text))
            child = Int(nodes[child].next)
        }
        return result
    }

    /// A number comes as text; the text must be one JSON number.
    private static func number(
        _ index: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) throws(RejectWord) -> JSONValue {
        guard nodes[index].kind == .string else { throw .badDynamo }
        let digits = JSONText.unescaped(nodes[index], in: text)
        do throws(JSONError) {
            let parsed = try JSONValue(parsing: digits)
            // Equal to the text as it came: no space around it.
            if case .number(digits) = parsed { return parsed }
        } catch {
            throw .badDynamo
        }
        throw .badDynamo
    }
}
