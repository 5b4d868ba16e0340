package import RefoldBytes

/// A manifest that is not used, with everything that is wrong in it.
package struct ManifestError: Failure {
    /// The problems in order of place, at least one of them an error; warnings come along.
    package var problems: [ManifestProblem]

    /// The problems as one reading gives them.
    package init(_ problems: [ManifestProblem]) {
        self.problems = problems
    }

    /// The errors alone.
    package var errors: [ManifestProblem] { problems.filter { $0.severity == .error } }

    /// Always wrong usage.
    package var kind: FailureKind { .usage }

    /// The word of the only error, or `manifest.invalid` for several.
    package var code: String {
        let errors = errors
        return errors.count == 1 ? errors.first?.code.rawValue ?? "manifest.invalid" : "manifest.invalid"
    }

    /// The first error, and how many follow.
    package var message: String {
        guard let first = errors.first else { return "the manifest is not usable" }
        return errors.count == 1 ? first.message : "\(first.message) (and \(errors.count - 1) more)"
    }

    /// Place of the first error.
    package var place: String? { errors.first?.place }

    /// Cause of the first error.
    package var cause: String? { errors.first?.cause }

    /// Fix of the first error.
    package var fix: String? { errors.first?.fix }

    /// All problems as a person reads them, a blank line between two.
    package var rendered: String { problems.map(\.rendered).joined(separator: "\n\n") }
}
