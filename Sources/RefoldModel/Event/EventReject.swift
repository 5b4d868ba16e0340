/// An event that one read model sets aside; it changes nothing there.
package struct EventReject: Error, Sendable, Hashable {
    /// The word.
    package var why: RejectWord
    /// A sentence that names field, type or upcaster, and no value.
    package var detail: String

    /// Both parts.
    package init(_ why: RejectWord, _ detail: String) {
        self.why = why
        self.detail = detail
    }
}
