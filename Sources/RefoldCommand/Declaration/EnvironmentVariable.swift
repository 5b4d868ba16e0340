/// The environment variables that refold reads, and what they do.
package enum EnvironmentVariable {
    /// The state folder.
    package static let stateFolder = "REFOLD_STATE_DIR"
    /// A Target file.
    package static let target = "REFOLD_TARGET"

    /// All, with their meaning.
    package static let all: [(name: String, summary: String)] = [
        (stateFolder, "the state folder, when `--state-dir` is not given"),
        (target, "a Target file, when `--target` is not given"),
        ("NO_COLOR", "when set to anything, no colours"),
    ]
}
