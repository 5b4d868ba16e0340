internal import RefoldBytes
internal import RefoldModel

/// What must hold between the parts of one job and the files it names.
struct JobChecks {
    let job: JobDefinition
    let root: YAMLNode
    let readModels: [ManifestSession.ReadModel]
    let references: [FileReference]
    let outside: OutsideChecks

    /// Reports what does not hold.
    func run(_ reading: inout Reading) {
        // With a read model missing, what is said about the others may be wrong.
        if readModels.count == references.count {
            checkNames(&reading)
            checkFormats(&reading)
            CanaryChecks(job: job, root: root).run(&reading)
            checkSelection(&reading)
        }
        checkAsOf(&reading)
        checkCutover(&reading)
        checkRejects(&reading)
        if !job.archive.location.isEmpty { outside.checkArchive(job.archive, root, &reading) }
        if case .embedded = job.target.place {
            for model in readModels where !EmbeddedChecks(readModel: model).reports(to: &reading) {
                outside.checkEmbedded(model, settings: job.target.indexSettings, &reading)
            }
        }
    }

    private func checkNames(_ reading: inout Reading) {
        var names: Set<String> = []
        var aliases: [String: String] = [:]
        for (model, reference) in zip(job.readModels, references) {
            if !model.name.isEmpty, !names.insert(model.name).inserted {
                reading.report(
                    .name,
                    "two read models of the job are named `\(model.name)`",
                    at: reference.mark,
                    fix: "rename one of them, or list it once"
                )
            }
            for alias in model.index.aliases {
                if let other = aliases[alias], other != model.name {
                    reading.report(
                        .name,
                        "the alias `\(alias)` belongs to `\(other)` and to `\(model.name)`",
                        at: reference.mark,
                        fix: "give each read model an alias of its own"
                    )
                }
                aliases[alias] = model.name
            }
        }
        if let preview = job.cutover.preview, let node = root["cutover"]?["preview"] {
            if let owner = aliases[preview] {
                reading.report(
                    .name,
                    "`\(preview)` is the serving alias of `\(owner)`",
                    at: node.mark,
                    fix: "choose another name for the preview"
                )
            }
            if job.readModels.count > 1 {
                reading.report(
                    .combination,
                    "one preview alias cannot show several read models",
                    at: node.mark,
                    fix: "remove the preview, or give each read model a job of its own"
                )
            }
        }
    }

    private func checkFormats(_ reading: inout Reading) {
        guard let first = job.readModels.first else { return }
        for (model, reference) in zip(job.readModels, references) where model.events.word != first.events.word
        {
            reading.report(
                .combination,
                "`\(model.name)` reads \(model.events.word), `\(first.name)` reads \(first.events.word)",
                at: reference.mark,
                cause: "one archive has one format",
                fix: "give each format a job of its own"
            )
        }
    }

    private func checkAsOf(_ reading: inout Reading) {
        guard job.asOf != nil, let mark = root.pair("asOf")?.keyMark else { return }
        if job.catchUp.until != .none {
            reading.report(
                .combination,
                "`asOf` excludes `catchUp`",
                at: mark,
                cause: "a state of the past cannot follow what is appended now",
                fix: "remove one of the two"
            )
        }
        if job.replay.keepsSnapshot {
            reading.report(
                .combination,
                "`asOf` excludes `replay.snapshot: keep`",
                at: mark,
                cause: "a snapshot of the past would be no start for the next run",
                fix: "remove one of the two"
            )
        }
    }

    private func checkCutover(_ reading: inout Reading) {
        guard job.cutover.keep < 2, let node = root["cutover"]?["keep"] else { return }
        reading.warn(
            .value,
            "`keep: \(job.cutover.keep)` leaves no index to roll back to",
            at: node.mark,
            fix: "keep 2 or more"
        )
    }

    private func checkRejects(_ reading: inout Reading) {
        guard job.rejects.abortAt <= job.rejects.budget, let rejects = root["rejects"] else { return }
        let mark = rejects["budget"]?.mark ?? rejects["abortAt"]?.mark ?? rejects.mark
        reading.warn(
            .combination,
            "the run stops at \(job.rejects.abortAt) rejects, before its budget is spent",
            at: mark,
            fix: "raise rejects.abortAt above the budget"
        )
    }

    private func checkSelection(_ reading: inout Reading) {
        guard let selection = job.select, let list = root["select"]?["ids"]?.elements else { return }
        let known = Set(job.readModels.flatMap(\.aggregate.entities))
        let entities = selection.entities.isEmpty ? known : Set(selection.entities)
        guard entities.count > 1 else { return }
        for node in list {
            guard let id = node.text, !id.contains("#"), !id.contains("/") else { continue }
            reading.report(
                .value,
                "with several entities \(reading.describe(node)) can name several aggregates",
                at: node.mark,
                fix: "write Entity#id"
            )
        }
    }
}

extension EventFormat {
    /// The format's name in a manifest.
    fileprivate var word: String {
        switch self {
        case .salesforceCDC: "salesforce-cdc"
        case .cloudEvents: "cloudevents"
        case .fields: "fields"
        }
    }
}
