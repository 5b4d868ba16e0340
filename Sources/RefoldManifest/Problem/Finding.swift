/// A problem as it is found, before its line is looked up and checked for secrets.
struct Finding: Sendable {
    var severity: ManifestProblem.Severity
    var code: ManifestProblem.Code
    var message: String
    var mark: SourceMark
    var cause: String?
    var fix: String?

    /// An error unless said otherwise.
    init(
        _ code: ManifestProblem.Code,
        _ message: String,
        at mark: SourceMark,
        cause: String? = nil,
        fix: String? = nil,
        severity: ManifestProblem.Severity = .error
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.mark = mark
        self.cause = cause
        self.fix = fix
    }
}
