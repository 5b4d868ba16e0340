import RefoldBytes
package import RefoldLedger
package import RefoldModel

/// What a ledger tells of one run: its state, its gates, its rejects.
package struct RunDossier: Sendable {
    let ledger: Ledger
    /// The run.
    package let record: RunRecord
    let facts: [String: JSONValue]
    /// The file of accepted rejects that the job names: as the run saw it, until ``namesAccepted(by:)`` is told.
    package private(set) var acceptedFile: String?

    /// Looks a run up by its id, a unique prefix of it, or a job's name (its latest run).
    package init(_ name: String, in ledger: Ledger) async throws(PipelineError) {
        self.ledger = ledger
        do throws(LedgerError) {
            if let latest = try await ledger.runs().first(where: { $0.job == name }) {
                record = latest
            } else {
                record = try await ledger.run(name)
            }
            facts = try await ledger.facts(of: record.id)
        } catch { throw PipelineError(error) }
        acceptedFile = facts["job"]?["accepted"]?.asString
    }

    /// The job as it stands now may name a file that it did not name when the run began.
    package mutating func namesAccepted(by job: JobDefinition) {
        acceptedFile = job.rejects.acceptedFile ?? acceptedFile
    }

    /// The job file, absolute where the ledger knows the folder that it was typed in.
    package var jobPath: String? {
        guard let jobFile, !jobFile.isEmpty else { return nil }
        return absolute(jobFile)
    }
    /// The archive, as the run saw it; nil: an older refold did not note it.
    package var archive: ArchiveReference? {
        guard let location = facts["job"]?["archive"]?.asString else { return nil }
        let unlisted = facts["job"]?["unlisted"]?.asString.flatMap(ArchiveReference.Unlisted.init(rawValue:))
        return ArchiveReference(location: location, unlisted: unlisted ?? .refuse)
    }

    /// The job file, as it was given.
    package var jobFile: String? { facts["job"]?["file"]?.asString }
    /// The command that started it, as it is typed in the folder where somebody asks; nil: it was not noted.
    package func command(typedIn here: Invocation) -> String? {
        Invocation.command(of: facts["job"], typedIn: here)
    }
    /// The target of the run: secrets are references still.
    package var target: TargetDefinition? { facts["job"]?["target"].flatMap(TargetDefinition.init(json:)) }
    /// How many complete indices the job keeps.
    package var keep: Int? { facts["job"]?["keep"]?.asInt }
    /// The gates, as they were judged last.
    package var gates: [GateResult] { (facts["gates"]?.asArray ?? []).compactMap(GateResult.init(json:)) }
    /// What the run set out to do.
    package var plan: RunPlan? { facts["plan"].flatMap(RunPlan.init(json:)) }

    /// The lines of the archive; nil before the fold.
    package var lines: LineCounts? { RunFacts(facts).lines }
    /// Record ids by the read model's place in the job.
    package var records: [Int: RecordCounts] { RunFacts(facts).records }
    /// Milliseconds that each phase took.
    package var durations: [RunPhase: Int64] { RunFacts(facts).durations }

    /// The documents of an index.
    package func documents(of index: String) -> DocumentSums { RunFacts(facts).sums(of: index) }
}
