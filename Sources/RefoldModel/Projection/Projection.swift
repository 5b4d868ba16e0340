package import RefoldBytes

/// What document an aggregate's state gives.
///
/// Made once for a definition; then a pure function. No document comes of an aggregate that is deleted, has no fields, falls
/// out of `where`, or whose document would be empty. The first field in the document's order that is refused names the
/// reject.
///
/// Isolation: a value; all shards share it.
/// Source: MANIFESTS, "Read model", `document`; DESIGN, "Decisions".
package struct Projection: Sendable {
    /// The longest id in bytes that an index takes.
    package static let greatestIDLength = 512

    private let id: DocumentDefinition.Identifier
    private let conditions: [ProjectionCondition]
    /// Nil keeps every field as it is.
    private let document: DocumentTree?
    private let sources: SourceTree
    private let maximumDocumentBytes: Int

    /// A definition made ready.
    ///
    /// Throws `model.not_built` for `lookup` and `collect`, `model.field_conflict` for two fields in one place. A document of
    /// more than `maximumDocumentBytes` is a reject; the default is the smallest body limit that engines come with.
    package init(
        definition: DocumentDefinition,
        maximumDocumentBytes: Int = 100 << 20
    ) throws(ModelError) {
        var sources = SourceTree()
        var conditions: [ProjectionCondition] = []
        for condition in definition.where {
            conditions.append(ProjectionCondition(condition, in: &sources))
        }
        switch definition.fields {
        case .all: document = nil
        case .listed(let definitions):
            var fields: [(path: FieldPath, field: ProjectionField)] = []
            for field in definitions {
                fields.append(
                    (field.name, try ProjectionField(field, named: field.name.dotted, in: &sources))
                )
            }
            document = try DocumentTree(fields)
        }
        id = definition.id
        self.conditions = conditions
        self.sources = sources
        self.maximumDocumentBytes = maximumDocumentBytes
    }

    /// The paths of the state that fields and conditions read, each once.
    package var sourcePaths: [FieldPath] { sources.paths }

    /// Which of ``sourcePaths`` a state has, even as null, in their order.
    package func presence(in snapshot: AggregateSnapshot) -> [Bool] {
        sources.places(in: snapshot.fields.bytes).map { $0 != nil }
    }

    /// The id of an aggregate's document.
    package func documentID(of snapshot: AggregateSnapshot) -> ByteString {
        switch id {
        case .id: snapshot.id
        case .key: snapshot.key
        }
    }

    /// The document of an aggregate, no document, or why it is refused.
    ///
    /// Complexity: one pass over the state; with `fields: "*"` and no `where` none at all.
    package func project(_ snapshot: AggregateSnapshot) -> ProjectionOutcome {
        guard snapshot.state == .live else { return .absent(.deleted) }
        guard snapshot.fields.count > 2 else { return .absent(.empty) }
        if document == nil, conditions.isEmpty { return outcome(snapshot, snapshot.fields) }
        let row = ProjectionRow(snapshot, tree: sources)
        guard conditions.allSatisfy({ $0.holds(for: row) }) else { return .absent(.outsideWhere) }
        guard let document else { return outcome(snapshot, snapshot.fields) }
        do throws(DocumentReject) {
            var output: [UInt8] = []
            guard try document.append(of: row, to: &output) else { return .absent(.empty) }
            return outcome(snapshot, ByteString(output))
        } catch {
            return .reject(why: error.why.rawValue, detail: error.detail, field: error.field)
        }
    }

    private func outcome(_ snapshot: AggregateSnapshot, _ source: ByteString) -> ProjectionOutcome {
        do throws(DocumentReject) {
            try check(snapshot, source)
            return .document(source: source)
        } catch {
            return .reject(why: error.why.rawValue, detail: error.detail, field: error.field)
        }
    }

    private func check(_ snapshot: AggregateSnapshot, _ source: ByteString) throws(DocumentReject) {
        let length = documentID(of: snapshot).count
        guard length <= Self.greatestIDLength else {
            throw DocumentReject(
                why: .idTooLong,
                detail: "the id has \(length) bytes, an index takes \(Self.greatestIDLength)"
            )
        }
        guard source.count <= maximumDocumentBytes else {
            throw DocumentReject(
                why: .documentTooLarge,
                detail:
                    "the document has \(grouped(source.count)) bytes, more than \(grouped(maximumDocumentBytes))"
            )
        }
    }
}
