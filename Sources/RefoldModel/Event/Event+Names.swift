public import RefoldBytes

/// What an event names, and how an old name becomes a new one.
///
/// Source: MANIFESTS, "Upcasters". Body and lists change together, or a fold that trusts the lists would lose the field.
extension Event {
    /// Whether the body holds the field, even as null, or one of the lists has it or a component of it.
    public func names(_ field: ByteString) -> Bool {
        if body[field] != nil { return true }
        return [changedFields, nulledFields, diffFields].contains { list in
            list?.contains { $0.counts(for: field) } ?? false
        }
    }

    /// Gives a field another name in body and lists; components go along.
    ///
    /// The caller makes sure that the new name is free: ``names(_:)``.
    public mutating func rename(_ field: ByteString, to name: ByteString) {
        if body[field] != nil {
            body = JSONObject(body.members.map { ($0.name == field ? name : $0.name, $0.value) })
        }
        mapLists { entry in
            entry.counts(for: field) ? ByteString(name.bytes + entry.bytes.dropFirst(field.count)) : entry
        }
    }

    /// Removes a field from body and lists, its components too.
    public mutating func drop(_ field: ByteString) {
        body[field] = nil
        mapLists { $0.counts(for: field) ? nil : $0 }
    }

    /// Sets a field of the body, so that every fold sees it as set by this event.
    ///
    /// The field leaves `nulledFields` and `diffFields` and, where `changedFields` names anything, is named there:
    /// what that list does not name, the Salesforce fold takes for enrichment and ignores (FOLD R20).
    public mutating func set(_ field: ByteString, to value: JSONValue) {
        body[field] = value
        nulledFields?.removeAll { $0.counts(for: field) }
        diffFields?.removeAll { $0.counts(for: field) }
        guard let changed = changedFields, !changed.isEmpty else { return }
        changedFields = changed.filter { !$0.counts(for: field) } + [field]
    }

    private mutating func mapLists(_ change: (ByteString) -> ByteString?) {
        changedFields = changedFields?.compactMap(change)
        nulledFields = nulledFields?.compactMap(change)
        diffFields = diffFields?.compactMap(change)
    }
}

extension ByteString {
    /// Whether this entry of a list is the field or a component of it.
    fileprivate func counts(for field: ByteString) -> Bool {
        guard bytes.starts(with: field.bytes) else { return false }
        return count == field.count || bytes[field.count] == UInt8(ascii: ".")
    }
}
