import RefoldBytes

/// One field of a document, made ready once for all aggregates.
///
/// A reference, since it is handed on for every field of every document and never changes.
final class ProjectionField: Sendable {
    enum Source: Sendable {
        case from(ProjectionSource)
        case constant([UInt8])
        case first([ProjectionField])
        case template([TemplatePart])
    }
    enum TemplatePart: Sendable {
        case text(ByteString)
        case source(ProjectionSource)
    }
    /// The document's field, for details of rejects.
    let name: String
    let source: Source
    let split: ByteString?
    let map: ValueMap?
    let unmapped: FieldDefinition.Unmapped
    let type: ValueType?
    let defaultValue: [UInt8]?
    let onError: FieldDefinition.OnError

    /// Throws `model.not_built` for `lookup` and `collect`.
    init(_ field: FieldDefinition, named name: String, in tree: inout SourceTree) throws(ModelError) {
        self.name = name
        split = field.split
        map = field.map.map { ValueMap($0.lazy.map { (from: $0.from, to: $0.to) }) }
        unmapped = field.unmapped
        type = field.type
        defaultValue = field.defaultValue?.canonical.bytes
        onError = field.onError
        switch field.source {
        case .from(let source): self.source = .from(ProjectionSource(source, in: &tree))
        case .value(let value): source = .constant(value.canonical.bytes)
        case .first(let alternatives):
            var fields: [ProjectionField] = []
            for alternative in alternatives {
                fields.append(try ProjectionField(alternative, named: name, in: &tree))
            }
            source = .first(fields)
        case .template(let parts):
            var made: [TemplatePart] = []
            for part in parts {
                switch part {
                case .text(let text): made.append(.text(text))
                case .source(let source): made.append(.source(ProjectionSource(source, in: &tree)))
                }
            }
            source = .template(made)
        case .lookup: throw Self.notBuilt("lookup", name)
        case .collect: throw Self.notBuilt("collect", name)
        }
    }

    private static func notBuilt(_ verb: String, _ name: String) -> ModelError {
        ModelError(
            .notBuilt,
            "\(verb) is not built yet",
            place: "document field \(name)",
            fix: "leave the field out, or keep the value in the aggregate by an ordered or Swift fold"
        )
    }
}

/// Why a document is refused.
struct DocumentReject: Error {
    var why: RejectWord
    var detail: String
    /// The document's field; nil: the document as a whole is refused.
    var field: String?
}
