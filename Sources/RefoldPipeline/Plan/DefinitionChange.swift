import RefoldBytes

/// Which parts of a definition are not as they were.
enum DefinitionChange {
    /// The paths of the innermost keys that differ, as the new definition orders them; lists are compared whole.
    static func paths(from old: JSONValue, to new: JSONValue) -> [[ByteString]] {
        guard let before = old.asObject, let after = new.asObject else { return old == new ? [] : [[]] }
        let removed = before.members.map(\.name).filter { after[$0] == nil }
        return (after.members.map(\.name) + removed).flatMap { name -> [[ByteString]] in
            guard let left = before[name], let right = after[name] else { return [[name]] }
            return paths(from: left, to: right).map { [name] + $0 }
        }
    }
}
