/// Options that more than one verb takes; those of a single verb are declared beside it.
extension OptionDeclaration {
    /// `-h, --help`, which every verb takes.
    package static let help = OptionDeclaration("help", short: "h", "print this page")
    /// `-o, --output`.
    package static let output = OptionDeclaration(
        "output",
        short: "o",
        value: .choice("FORMAT", ["text", "json"]),
        "form of the result on stdout; everything else goes to stderr (default: text)"
    )
    /// `--set`.
    package static let set = OptionDeclaration(
        "set",
        value: .text("PATH=YAML"),
        repeats: true,
        "set one key of the manifest for this command, such as `--set cutover.mode=manual`"
    )
    /// `--target`.
    package static let target = OptionDeclaration(
        "target",
        value: .path("FILE"),
        "use the target of this Target file (`REFOLD_TARGET` does the same)"
    )
    /// `--state-dir`.
    package static let stateFolder = OptionDeclaration(
        "state-dir",
        value: .path("FOLDER"),
        "where ledger, spills and snapshots are kept (or `REFOLD_STATE_DIR`; default: `.refold` beside the job)"
    )
    /// `--shards`.
    package static let shards = OptionDeclaration(
        "shards",
        value: .count("N", 1...4096),
        "number of shards that fold side by side (default: the number of cores)"
    )
    /// `--memory`.
    package static let memory = OptionDeclaration(
        "memory",
        value: .text("SIZE"),
        "memory budget such as 2GiB (default: half of what the machine or cgroup has)"
    )
    /// `--no-progress`.
    package static let noProgress = OptionDeclaration("no-progress", "print no progress on stderr")
    /// `--salvage`.
    package static let salvage = OptionDeclaration(
        "salvage",
        "drop a damaged frame, stop reading its segment there and report it, instead of refusing the archive"
    )
    /// `--yes`.
    package static let yes = OptionDeclaration("yes", short: "y", "consent to a change of a protected target")
    /// `--read-model`.
    package static let readModel = OptionDeclaration(
        "read-model",
        value: .path("FILE"),
        "read the archive by this read model's events, for archives that are not Salesforce CDC"
    )
    /// `--as-of`.
    package static let asOf = OptionDeclaration(
        "as-of",
        value: .text("TIME"),
        "only events up to this instant: `2026-03-01T18:00:00Z`, `18:00` or `yesterday 18:00` in local time"
    )

    /// What a verb that reads an archive takes.
    package static let ofReplays: [OptionDeclaration] = [shards, memory, noProgress]
    /// What a verb with a job, a run or an alias takes.
    package static let ofJobs: [OptionDeclaration] = [set, target, stateFolder] + ofReplays
}
