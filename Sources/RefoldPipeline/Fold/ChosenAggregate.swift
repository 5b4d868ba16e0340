package import RefoldBytes
package import RefoldModel

/// One aggregate, by its key as a person types it: `Entity#id` or `Entity/id`.
///
/// An entity or an id may hold either character, so the text is not cut: it is held against both spellings of each key.
package struct ChosenAggregate: Sendable, Hashable {
    /// The key as typed; a 15-character Salesforce id is completed.
    package let key: ByteString
    private static let separators = Array("#/".utf8)

    /// Throws `pipeline.refused` for a text that is no key of the format.
    package init(_ typed: String, of format: EventFormat) throws(PipelineError) {
        let bytes = Array(typed.utf8)
        guard let cut = bytes.lastIndex(where: Self.separators.contains), cut > 0, cut + 1 < bytes.count
        else {
            throw Self.refused(typed, "it has no entity, or no id behind it")
        }
        guard format == .salesforceCDC else {
            key = ByteString(bytes)
            return
        }
        let id = ByteString(copying: bytes[(cut + 1)...])
        switch RecordTarget(id.bytes.span, kind: .update) {
        case .aggregate: key = ByteString(bytes[...cut] + RecordTarget.fullID(id).bytes)
        case .entityMark: throw Self.refused(typed, "this id speaks of a whole entity")
        case .reject: throw Self.refused(typed, "a Salesforce id has 15 or 18 characters")
        }
    }

    /// Whether this is the aggregate's key.
    func isKey(of entity: ByteString, _ id: ByteString) -> Bool {
        let bytes = key.bytes
        guard bytes.count == entity.count + 1 + id.count, Self.separators.contains(bytes[entity.count]) else {
            return false
        }
        return bytes.starts(with: entity.bytes) && bytes[(entity.count + 1)...].elementsEqual(id.bytes)
    }

    private static func refused(_ typed: String, _ cause: String) -> PipelineError {
        PipelineError(
            .refused,
            "`\(typed)` is no key of an aggregate",
            cause: cause,
            fix: "write Entity#id or Entity/id, such as Account/0015g00000XyZAbAAN"
        )
    }
}
