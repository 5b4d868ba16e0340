import RefoldBytes
import RefoldIndex
package import RefoldModel

/// Decides what a run will do, from lists alone: it reads no segment and writes nothing.
package struct Planner: Sendable {
    /// The job.
    package var job: JobDefinition
    /// Rooms, clock and randomness.
    package var environment: RunEnvironment
    /// Whether the run has leave to drop damaged frames.
    package var salvages: Bool
    /// The runs that the state folder's ledger knows.
    package var ownRuns: Set<String> = []

    /// All parts.
    package init(job: JobDefinition, environment: RunEnvironment, salvages: Bool = false) {
        self.job = job
        self.environment = environment
        self.salvages = salvages
    }

    /// The plan as things stand.
    ///
    /// Throws `pipeline.occupied` when a concrete index has an alias's name, `pipeline.definition_changed` when a
    /// definition changed and its version did not, `pipeline.archive` for an archive without segments.
    package func plan(known: [KnownDefinition] = []) async throws(PipelineError) -> RunPlan {
        try refuseWhatIsNotBuilt()
        if let hook = job.beforeCutoverHook { try BeforeCutoverHook.check(hook) }
        let archive = try await environment.lister.list(job.archive)
        guard !archive.segments.isEmpty else {
            throw PipelineError(
                .archive,
                "the archive has no segments",
                place: job.archive.location,
                fix: "check the path; an empty archive never becomes an empty index"
            )
        }
        let dialect = try await reporting { () throws(IndexError) in try await environment.target.probe() }
        let madeAt = environment.now()
        var warnings = (dialect.hasAliases ? cutoverWarnings() : []) + archive.emptyWarnings
        var readModels: [RunPlan.ReadModelPlan] = []
        var abandoned: [String] = []
        var retired: [String] = []
        var holds: [RunPlan.Hold] = []
        for readModel in job.readModels {
            let aliases = job.aliases(of: readModel)
            try refuseWhatCannotBe(readModel, aliases)
            guard let first = aliases.first else {
                throw PipelineError(.fault, "read model \(readModel.name) has no alias")
            }
            let states = dialect.hasAliases ? try await states(of: aliases) : []
            let own =
                dialect.hasAliases
                ? try await environment.target.indices(of: readModel.name, under: first) : []
            try refuseChange(of: readModel, known: known + KnownDefinition.of(own))
            let building = own.filter { $0.mark?.state == IndexState.building && $0.mark?.job == job.name }
            let left = building.filter { !mayBeAlive($0) }
            abandoned += left.map(\.identity.name)
            for index in building where !left.contains(index) {
                warnings.append(
                    "\(index.identity.name) is being built, perhaps on another machine, by run \(index.mark?.run ?? "")"
                        + " that this state folder does not know; half built for a day it counts as left behind"
                )
            }
            let serving = states.first?.serving
            // After the swap the new index is one of those that stay.
            retired += Retention(keep: job.cutover.keep - 1)
                .expendable(in: own, servingNext: nil, serving: serving?.identity.name)
                .map(\.identity.name)
            if let (hold, _) = own.hold {
                holds.append(
                    RunPlan.Hold(
                        alias: first,
                        since: hold.since,
                        run: hold.run,
                        release: environment.invocation.release
                    )
                )
            }
            if let serving, serving.mark == nil { warnings.append(adoptionWarning(first, serving)) }
            readModels.append(
                RunPlan.ReadModelPlan(
                    name: readModel.name,
                    version: readModel.version,
                    index:
                        IndexNaming(
                            alias: first,
                            version: readModel.version,
                            startedAt: Timestamp.iso8601(madeAt),
                            salt: String(environment.random())
                        ).name,
                    aliases: aliases.enumerated().map { place, alias in
                        let serving = place < states.count ? states[place].serving : nil
                        return RunPlan.AliasAction(
                            alias: alias,
                            from: serving?.identity.name,
                            fromUUID: serving?.identity.uuid
                        )
                    },
                    servingVersion: serving?.mark?.readModelVersion,
                    servingDocuments: serving?.documents,
                    servingMapping: serving.map { MappingDigest.of($0.mappings) },
                    mapping: serving.map {
                        MappingDifference.between($0.mappings, readModel.index.mappings)
                    } ?? []
                )
            )
        }
        return RunPlan(
            job: job.name,
            identity: RunIdentity.digest(of: job, salvages: salvages),
            madeAt: Timestamp.iso8601(madeAt),
            archive: archive,
            readModels: readModels,
            abandoned: abandoned,
            retired: retired,
            holds: holds,
            disk: .of(archive, job: job, stateFolder: environment.stateFolder, dialect: dialect),
            warnings: warnings
        )
    }

    /// The plan, once it is known that a run would not be refused for want of room.
    package func rehearse(known: [KnownDefinition]) async throws(PipelineError) -> RunPlan {
        let plan = try await plan(known: known)
        let dialect = try await reporting { () throws(IndexError) in try await environment.target.probe() }
        try plan.disk.check(stateFolder: environment.stateFolder, target: dialect.location)
        return plan
    }

    private func states(of aliases: [String]) async throws(PipelineError) -> [AliasState] {
        var states: [AliasState] = []
        for alias in aliases {
            let state = try await environment.target.state(of: alias)
            let isAdopted =
                job.cutover.adopt == .replace && state.serving?.mark == nil && state.serving != nil
            guard !state.isOccupied || isAdopted else {
                throw PipelineError(
                    .occupied,
                    "the name \(alias) belongs to a concrete index or table, not to an alias",
                    place: alias,
                    cause: "cutover.adopt is \(job.cutover.adopt.rawValue)",
                    fix:
                        "rename it, choose another alias, or let an index be replaced: cutover.adopt: replace"
                )
            }
            guard state.pointsAt.count <= 1 else {
                throw PipelineError(
                    .moved,
                    "alias \(alias) points at \(state.pointsAt.count) indices",
                    place: alias,
                    cause: state.pointsAt.joined(separator: ", "),
                    fix: "let it point at one; refold never makes such a state"
                )
            }
            states.append(state)
        }
        return states
    }

    /// What would be found out only after the archive was read.
    private func refuseWhatCannotBe(
        _ readModel: ReadModelDefinition,
        _ aliases: [String]
    ) throws(PipelineError) {
        do { _ = try Projection(definition: readModel.document) } catch { throw PipelineError(error) }
        for alias in aliases {
            guard let fault = IndexNaming.fault(of: alias) else { continue }
            throw PipelineError(
                .refused,
                "'\(alias)' cannot be an alias: \(fault)",
                place: readModel.writtenAt.place(of: ["index", "alias"]) ?? environment.invocation.jobFile,
                fix: "choose another name in index.alias of \(readModel.name)"
            )
        }
    }

    /// The manifest says more than is built: refused by name, never ignored.
    private func refuseWhatIsNotBuilt() throws(PipelineError) {
        var missing = job.notBuilt
        if job.kind != .rebuild { missing.append("kind: \(job.kind.rawValue)") }
        if job.cutover.preview != nil { missing.append("cutover.preview") }
        if job.carryForward { missing.append("carryForward") }
        if job.catchUp.until != .none { missing.append("catchUp.until") }
        if !job.notify.isEmpty { missing.append("notify") }
        var seen: Set<String> = []
        missing = missing.filter { seen.insert($0).inserted }
        guard !missing.isEmpty else { return }
        throw PipelineError(
            .notBuilt,
            "the job asks for what this refold does not do yet: \(missing.joined(separator: ", "))",
            place: environment.invocation.jobFile,
            fix: "leave it out"
        )
    }
}
