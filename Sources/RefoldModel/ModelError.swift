public import RefoldBytes

/// A definition that the model cannot be built from.
public struct ModelError: Failure {
    /// The fixed words.
    public enum Code: String, Sendable, CaseIterable {
        /// A verb that this version does not build yet.
        case notBuilt = "model.not_built"
        /// No Swift type of that name is registered.
        case unknownType = "model.unknown_type"
        /// Two registered types share a name.
        case duplicateType = "model.duplicate_type"
        /// Two fields of the document claim one place.
        case fieldConflict = "model.field_conflict"
    }
    /// The fixed word.
    public var reason: Code
    /// What went wrong.
    public var message: String
    /// The field or type.
    public var place: String?
    /// Why.
    public var cause: String?
    /// What mends it.
    public var fix: String?

    /// All parts.
    public init(
        _ reason: Code,
        _ message: String,
        place: String? = nil,
        cause: String? = nil,
        fix: String? = nil
    ) {
        self.reason = reason
        self.message = message
        self.place = place
        self.cause = cause
        self.fix = fix
    }

    /// The fixed word as text.
    public var code: String { reason.rawValue }

    /// Always the manifest's or the registration's fault.
    public var kind: FailureKind { .usage }
}
