package import RefoldBytes

extension JSONObject {
    /// The value at a path, walking objects only; `.null` when it is there as null, nil when it is absent.
    package func value(at names: ArraySlice<ByteString>) -> JSONValue? {
        guard let name = names.first, let value = self[name] else { return nil }
        let rest = names.dropFirst()
        if rest.isEmpty { return value }
        guard case .object(let object) = value else { return nil }
        return object.value(at: rest)
    }

    /// Changes the value at a path in place, making objects on the way and removing those left empty.
    ///
    /// Returns false, and changes nothing, when the path goes through a value that is no object; a null counts as absent.
    /// What lies at the path is held by the closure alone, so that growing a list does not copy it; a closure that
    /// throws has changed nothing.
    package mutating func modify<E: Error>(
        at names: ArraySlice<ByteString>,
        _ change: (inout JSONValue?) throws(E) -> Void
    ) throws(E) -> Bool {
        guard let name = names.first else { return false }
        let rest = names.dropFirst()
        var value = self[name]
        if value != nil { self[name] = .null }
        do throws(E) {
            let isDone = try Self.modify(&value, at: rest, change)
            self[name] = value
            return isDone
        } catch {
            self[name] = value
            throw error
        }
    }

    private static func modify<E: Error>(
        _ value: inout JSONValue?,
        at rest: ArraySlice<ByteString>,
        _ change: (inout JSONValue?) throws(E) -> Void
    ) throws(E) -> Bool {
        if rest.isEmpty {
            try change(&value)
            return true
        }
        var object = JSONObject()
        let isMade: Bool
        switch value {
        case .object(let held)?: (object, isMade) = (held, false)
        case nil, .null?: isMade = true
        default: return false
        }
        let absent = isMade ? value : nil
        value = nil
        do throws(E) {
            let isDone = try object.modify(at: rest, change)
            let isLeft = isDone ? !object.isEmpty : !isMade
            value = isLeft ? .object(object) : isDone ? nil : absent
            return isDone
        } catch {
            value = isMade ? absent : .object(object)
            throw error
        }
    }
}
