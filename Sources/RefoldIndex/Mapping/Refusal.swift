import RefoldBytes

/// Why a mapping refuses a document: a sentence that names the field and never its value.
struct Refusal: Error {
    let detail: String
    /// The field's dotted path; nil: the document as a whole is refused.
    let field: String?

    init(_ detail: String, field: String? = nil) {
        self.detail = detail
        self.field = field
    }

    init(_ leaf: MappedLeaf, _ why: String) {
        field = leaf.path.string
        detail = "field \(leaf.path) of type \(leaf.type.rawValue): \(why)"
    }
}
