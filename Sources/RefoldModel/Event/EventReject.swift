/// An event that one read model sets aside; it changes nothing there.
package struct EventReject: Error, Sendable, Hashable {
    /// The word.
    package var why: RejectWord
    /// A sentence that names field, type or upcaster, and no value.
    package var detail: String
    /// The state's field that is to blame; nil: none.
    package var field: String?

    /// All parts.
    package init(_ why: RejectWord, _ detail: String, field: String? = nil) {
        self.why = why
        self.detail = detail
        self.field = field
    }
}
