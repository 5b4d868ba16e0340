/// One thing that is wrong, or doubtful, in a manifest, with its place.
package struct ManifestProblem: Sendable, Hashable {
    /// Whether it stops a run.
    package enum Severity: String, Sendable, Hashable {
        /// Nothing is decoded.
        case error
        /// Everything is decoded; a person should look.
        case warning
    }
    /// The fixed words.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// A file that is missing, no regular file, too large, or not readable.
        case file = "manifest.file"
        /// Text that is not YAML, or YAML that refold refuses.
        case yaml = "manifest.yaml"
        /// A key that nothing reads.
        case unknownKey = "manifest.unknown_key"
        /// A key of another kind.
        case foreignKey = "manifest.foreign_key"
        /// A key that must be there.
        case missingKey = "manifest.missing_key"
        /// A key written twice.
        case duplicateKey = "manifest.duplicate_key"
        /// A value of another type.
        case type = "manifest.type"
        /// A value of the right type that cannot be.
        case value = "manifest.value"
        /// A secret written down.
        case secret = "manifest.secret"
        /// A value given on the command line that cannot be set.
        case override = "manifest.set"
        /// A document and a mapping that do not fit.
        case mapping = "manifest.mapping"
        /// Parts that exclude or need each other.
        case combination = "manifest.combination"
        /// Names that are taken or not allowed.
        case name = "manifest.name"
        /// A canary that cannot be asked.
        case canary = "manifest.canary"
    }
    /// Whether it stops a run.
    package var severity: Severity
    /// The fixed word.
    package var code: Code
    /// What is wrong, one line, without the place.
    package var message: String
    /// The manifest as the user named it, or the option.
    package var file: String
    /// The line, from 1; 0: the file as a whole.
    package var line: Int
    /// The column in characters, from 1.
    package var column: Int
    /// How many characters the caret underlines.
    package var width: Int
    /// The line's text; nil when it may hold a secret, or when there is none.
    package var excerpt: String?
    /// Whether the line is kept back because it may hold a secret.
    package var isExcerptHidden: Bool
    /// Why.
    package var cause: String?
    /// What mends it.
    package var fix: String?

    /// `file:line:column`, or the file alone.
    package var place: String { line > 0 ? "\(file):\(line):\(column)" : file }
}

extension ManifestProblem: Comparable {
    /// The order of place: file, line, column; then of the words.
    package static func < (left: ManifestProblem, right: ManifestProblem) -> Bool {
        (left.file, left.line, left.column, left.code.rawValue, left.message)
            < (right.file, right.line, right.column, right.code.rawValue, right.message)
    }
}
