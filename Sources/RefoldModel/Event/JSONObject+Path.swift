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

    /// Changes what lies below a value.
    private static func modify<E: Error>(
        _ value: inout JSONValue?,
        at rest: ArraySlice<ByteString>,
        _ change: (inout JSONValue?) throws(E) -> Void
    ) throws(E) -> Bool {
        if rest.isEmpty {
            try change(&value)
            return true
        }
        if case .object(var object)? = value {
            // With a second holder the members would be copied at every change.
            value = nil
            var isLeftEmpty = false
            defer { value = isLeftEmpty ? nil : .object(object) }
            let isDone = try object.modify(at: rest, change)
            isLeftEmpty = isDone && object.isEmpty
            return isDone
        }
        guard value == nil || value == .null else { return false }
        var object = JSONObject()
        let isDone = try object.modify(at: rest, change)
        if isDone { value = object.isEmpty ? nil : .object(object) }
        return isDone
    }
}
