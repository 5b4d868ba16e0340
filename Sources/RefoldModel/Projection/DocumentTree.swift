import RefoldBytes

/// The fields of a document as nested objects, members in canonical order, so that a document is written in one pass.
struct DocumentTree: Sendable {
    private enum Content: Sendable {
        case field(ProjectionField)
        indirect case object(DocumentTree)
    }
    private struct Member: Sendable {
        var name: ByteString
        /// The name as canonical text with its colon.
        var prefix: [UInt8]
        var content: Content
    }
    private var members: [Member] = []

    /// Throws `model.field_conflict` when two fields claim one place, or one lies within the other.
    init(_ fields: [(path: FieldPath, field: ProjectionField)]) throws(ModelError) {
        for (path, field) in fields { try insert(field, at: path.names[...]) }
    }

    private init() {}

    private mutating func insert(
        _ field: ProjectionField,
        at names: ArraySlice<ByteString>
    ) throws(ModelError) {
        guard let name = names.first else { throw Self.conflict(field) }
        let rest = names.dropFirst()
        let place = members.firstIndex { $0.name >= name } ?? members.count
        let isKnown = place < members.count && members[place].name == name
        if rest.isEmpty {
            guard !isKnown else { throw Self.conflict(field) }
            members.insert(Self.member(name, .field(field)), at: place)
            return
        }
        if !isKnown { members.insert(Self.member(name, .object(DocumentTree())), at: place) }
        guard case .object(var tree) = members[place].content else { throw Self.conflict(field) }
        try tree.insert(field, at: rest)
        members[place].content = .object(tree)
    }

    private static func member(_ name: ByteString, _ content: Content) -> Member {
        Member(
            name: name,
            prefix: CanonicalText.quoted(name.bytes[...]) + [UInt8(ascii: ":")],
            content: content
        )
    }

    private static func conflict(_ field: ProjectionField) -> ModelError {
        ModelError(
            .fieldConflict,
            "two fields of the document claim one place",
            place: "document field \(field.name)",
            fix: "give one of them another name"
        )
    }

    /// Appends the object for an aggregate and says whether it has members; objects without members are left out.
    func append(of row: ProjectionRow, to output: inout [UInt8]) throws(DocumentReject) -> Bool {
        output.append(UInt8(ascii: "{"))
        let start = output.count
        for member in members {
            let mark = output.count
            if mark > start { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: member.prefix)
            let isPresent =
                switch member.content {
                case .field(let field): try field.append(of: row, to: &output)
                case .object(let tree): try tree.append(of: row, to: &output)
                }
            if !isPresent { output.removeLast(output.count - mark) }
        }
        output.append(UInt8(ascii: "}"))
        return output.count > start + 1
    }
}
