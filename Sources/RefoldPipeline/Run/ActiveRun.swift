import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

/// One run under way: everything that stays the same while it runs.
struct ActiveRun: Sendable {
    /// Its name.
    let id: RunID
    /// When it began, milliseconds since 1970.
    let startedAt: Int64
    /// The job.
    let job: JobDefinition
    /// Rooms, clock, randomness, listeners.
    let environment: RunEnvironment
    /// How it was started.
    let options: RunOptions
    /// The ledger.
    let ledger: Ledger
    /// What it set out to do.
    let plan: RunPlan
    /// What the target can do.
    let dialect: TargetDialect

    /// The folder for spills and notes of this run.
    var workFolder: String { environment.stateFolder + "/work/" + id.text }
    /// The folder for notes of expected documents.
    var expectedFolder: String { workFolder + "/expected" }

    /// Read models beside their plans.
    var readModels: [(definition: ReadModelDefinition, plan: RunPlan.ReadModelPlan)] {
        Array(zip(job.readModels, plan.readModels))
    }

    /// The mark of one of its indices.
    func mark(
        of place: Int,
        archiveDigest: String,
        state: String,
        salvage: [String] = []
    ) -> IndexMark {
        let (definition, plan) = readModels[place]
        return IndexMark(
            run: id.text,
            job: job.name,
            readModel: definition.name,
            readModelVersion: definition.version,
            definition: definition.source,
            archiveDigest: archiveDigest,
            startedAt: Timestamp.iso8601(startedAt),
            state: state,
            predecessor: plan.aliases.first.flatMap { action in
                let startedAt = Timestamp.iso8601(self.startedAt)
                return action.isAdoption ? RunPlan.keptName(of: action.alias, at: startedAt) : action.from
            },
            other: MarkedAliases.member(plan.aliases.map(\.alias)).overlaid(
                with: MarkedSalvage.member(salvage)
            )
        )
    }

    /// Does an effect that cannot be repeated blindly between the two rows of the ledger that tell of it.
    ///
    /// The effect has read itself back when it returns: only then is the result noted.
    func effect<Value: Sendable>(
        _ name: String,
        on subject: String,
        intent: JSONValue = .null,
        before: Failpoint,
        after: Failpoint,
        _ act: () async throws(PipelineError) -> Value,
        result: (Value) -> JSONValue
    ) async throws(PipelineError) -> Value {
        try await note(EffectRecord(name: name, subject: subject, step: .intent, at: now, detail: intent))
        try reach(before)
        let value = try await act()
        try reach(after)
        try await note(
            EffectRecord(name: name, subject: subject, step: .result, at: now, detail: result(value))
        )
        return value
    }

    /// Milliseconds since 1970.
    var now: Int64 { environment.now() }

    /// Keeps a fact of the run, and when: so far its work counts if it is killed.
    func keep(_ value: JSONValue, as name: String) async throws(PipelineError) {
        do {
            try await ledger.keep([name: value, WorkingTime.seen: .integer(now)], of: id)
        } catch { throw PipelineError(error) }
    }

    /// Keeps when a checkpoint was written: so far its work counts if it is killed.
    func keepSeen() async throws(PipelineError) {
        do { try await ledger.keep(.integer(now), as: WorkingTime.seen, of: id) } catch {
            throw PipelineError(error)
        }
    }

    private func note(_ effect: EffectRecord) async throws(PipelineError) {
        do { try await ledger.note(effect, of: id) } catch { throw PipelineError(error) }
    }
}
