import RefoldBytes
import RefoldManifest

/// `refold validate`: holds manifests against everything that can be known without a server.
package enum ValidateVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "validate",
        in: .start,
        "check manifests without a server, every problem with its place",
        details: [
            "Any kind of manifest. A job is checked with the read models and the target that it names. All problems "
                + "are told at once, each with file, line and column."
        ],
        positionals: [PositionalDeclaration("FILE", "a manifest of any kind", .some)],
        options: [.output, .set, .target, .noProgress],
        statuses: [.notPermitted],
        examples: [.init("refold validate manifests/*.yaml", "Check all manifests of a folder.")]
    )

    /// Validates.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let checked = invocation.arguments.positionals.map { path in
            (
                path: path,
                problems: invocation.manifestLoader.validate(
                    path: path,
                    overrides: invocation.overrides,
                    target: invocation.arguments.value(.target),
                    tellingNotBuilt: true
                )
            )
        }
        // A read model that two jobs name has its problems once.
        var told: Set<ManifestProblem> = []
        let problems = checked.flatMap(\.problems).filter { told.insert($0).inserted }
        let failure = ManifestError(problems)
        let isUsable = failure.errors.isEmpty
        if isUsable { invocation.warn(of: problems) }
        return Answer(
            isUsable ? .done : .usage,
            text: checked.map { "\($0.path): \(summary(of: $0.problems))\n" }.joined(),
            json: [
                "kind": "Validation",
                "files": .array(
                    checked.map { file in
                        ["path": .text(file.path), "problems": .array(file.problems.map(\.json))]
                    }
                ),
            ],
            failures: isUsable ? [] : [failure]
        )
    }

    private static func summary(of problems: [ManifestProblem]) -> String {
        let errors = problems.count { $0.severity == .error }
        let warnings = problems.count - errors
        let parts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
        return parts.isEmpty
            ? "ok" : parts.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }
}

extension ManifestProblem {
    /// The problem for scripts.
    var json: JSONValue {
        [
            "severity": .text(severity.rawValue), "code": .text(code.rawValue), "message": .text(message),
            "file": .text(file), "line": .integer(line), "column": .integer(column),
            "cause": cause.map { .text($0) } ?? .null, "fix": fix.map { .text($0) } ?? .null,
        ]
    }
}
