/// Why a mapping refuses a document: a sentence that names the field and never its value.
struct Refusal: Error {
    let detail: String

    init(_ detail: String) { self.detail = detail }

    init(_ leaf: MappedLeaf, _ why: String) {
        detail = "field \(leaf.path) of type \(leaf.type.rawValue): \(why)"
    }
}
