import RefoldBytes

/// Where an alias points, and how.
struct AliasStanding: Sendable {
    /// One index behind it.
    struct Entry: Sendable {
        var index: String
        /// Filter, routing and write flag.
        var properties: JSONObject

        /// The action that puts the alias on an index in the same way.
        func adding(_ alias: String, to index: String) -> JSONValue {
            var add: JSONObject = ["index": .text(index), "alias": .text(alias)]
            for (name, value) in properties.members { add[name] = value }
            return ["add": .object(add)]
        }
    }
    var entries: [Entry]
    /// Whether the name is a concrete index's.
    var isOccupied: Bool

    /// The actions that move an alias; filter, routing and write flag come along.
    static func actions(_ swap: AliasSwap, _ old: Entry?, knowsMustExist: Bool) -> [JSONValue] {
        var actions: [JSONValue] = []
        if swap.from == swap.alias {
            actions.append(["remove_index": ["index": .text(swap.alias)]])
        } else if let from = swap.from {
            var remove: JSONObject = ["index": .text(from), "alias": .text(swap.alias)]
            if knowsMustExist { remove["must_exist"] = true }
            actions.append(["remove": .object(remove)])
        }
        if let to = swap.to {
            actions.append((old ?? Entry(index: to.name, properties: [:])).adding(swap.alias, to: to.name))
        }
        return actions
    }
}

extension AliasSwap {
    /// Where the alias points when it is done.
    var wanted: [String] { to.map { [$0.name] } ?? [] }
    /// Where the caller saw it point.
    var seen: [String] { from.map { [$0] } ?? [] }
    /// Whether it is about that index.
    func knows(_ index: String) -> Bool { index == from || index == to?.name }
}
