import RefoldBytes
package import RefoldIndex
package import RefoldLedger
import RefoldModel

/// The verbs that work at a target alone: what serves is read from the marks beside the data, so any machine can do
/// them; a ledger that knows the run is told as well.
package struct TargetVerbs: Sendable {
    /// The target, opened.
    let target: any IndexTarget
    /// The ledger of the state folder, if there is one.
    let ledger: Ledger?
    /// The state folder for locks; nil: only the target's own lock is taken.
    let stateFolder: String?
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64
    /// How commands are typed.
    let invocation: Invocation
    /// The aliases to look at, when a job names them; empty: every index that carries a mark.
    let scope: [String]
    /// Asked between pages.
    let stop: StopSignal

    /// All parts.
    package init(
        target: any IndexTarget,
        ledger: Ledger?,
        stateFolder: String?,
        now: @escaping @Sendable () -> Int64,
        invocation: Invocation,
        scope: [String] = [],
        stop: StopSignal
    ) {
        self.target = target
        self.ledger = ledger
        self.stateFolder = stateFolder
        self.now = now
        self.invocation = invocation
        self.scope = scope
        self.stop = stop
    }

    /// All indices and aliases in scope: a user with rights on a job's aliases may look at no others.
    func everything() async throws(PipelineError) -> TargetDescription {
        guard !scope.isEmpty else { return try await target.describing(prefix: "") }
        var all = TargetDescription(indices: [], aliases: [:], occupied: [])
        for alias in scope {
            let part = try await target.describing(prefix: alias)
            // One alias may begin with another's name.
            let known = Set(all.indices.map(\.identity.name))
            all.indices += part.indices.filter { $0.mark != nil && !known.contains($0.identity.name) }
            all.aliases.merge(part.aliases) { $1 }
            all.occupied += part.occupied.filter { !all.occupied.contains($0) }
        }
        return all
    }
}

/// What `rollback` or `cutover` did.
package struct SwitchReport: Sendable, Hashable {
    /// One alias.
    package struct Move: Sendable, Hashable {
        /// The alias.
        package var alias: String
        /// The index it pointed at; nil: it did not exist.
        package var was: String?
        /// The index it points at.
        package var now: String
    }
    /// What is newer only in an index that was left.
    package struct Newer: Sendable, Hashable {
        /// The index that was left.
        package var index: String
        /// How many documents.
        package var count: Int
        /// Their ids, the first few.
        package var examples: [String]
    }
    /// The run that was rolled back or swapped in.
    package var run: String
    /// The aliases.
    package var moves: [Move]
    /// What is newer only in what was left.
    package var newer: [Newer]
    /// The command that takes it back or goes on.
    package var follow: RunReport.FollowUp
    /// What a person should know although it is done.
    package var remarks: [String] = []

    /// Whether every alias pointed there already.
    package var movedNothing: Bool { moves.allSatisfy { $0.was == $0.now } }
}

extension TargetVerbs {
    /// The indices of a run, named by an alias that points at one, by the run's id or by a unique prefix of it.
    func indices(of name: String) async throws(PipelineError) -> [TargetDescription.Index] {
        if let serving = try await target.state(of: name).serving {
            guard serving.mark != nil else { throw unknown("\(name) points at an index that no run built") }
            return [serving]
        }
        let marked = try await everything().indices.filter { $0.mark != nil }
        let prefix = name.uppercased()
        let fitting = marked.filter { !name.isEmpty && ($0.mark?.run.hasPrefix(prefix) ?? false) }
        guard let run = fitting.first?.mark?.run else {
            throw unknown("no alias or run in the target is \(name)")
        }
        guard fitting.allSatisfy({ $0.mark?.run == run }) else {
            throw unknown("several runs begin with \(name)")
        }
        return fitting
    }

    private func unknown(_ message: String) -> PipelineError {
        PipelineError(.unknown, message, fix: "`\(invocation.look("runs"))` lists runs and their indices")
    }

    /// A command on a run that finds run and target again: the job file says which target where no ledger knows the run.
    func command(_ word: String, on run: String) async throws(PipelineError) -> String {
        guard !invocation.jobFile.isEmpty, !invocation.namesTarget,
            !(try await records().contains { $0.id.text == run })
        else { return invocation.verb(word, run) }
        return invocation.job(word)
    }

    /// Takes the locks of aliases.
    func locks(_ aliases: [String], word: String) throws(PipelineError) -> RunLocks {
        try RunLocks(
            aliases: stateFolder == nil ? [] : aliases,
            stateFolder: stateFolder,
            targetLock: target.lockPath,
            now: now(),
            word: word
        )
    }

    /// Notes a step of an effect where the ledger knows the run.
    func note(_ effect: EffectRecord, of run: String) async throws(PipelineError) {
        guard let ledger, let id = RunID(run) else { return }
        do throws(LedgerError) {
            guard try await ledger.runs().contains(where: { $0.id == id }) else { return }
            try await ledger.note(effect, of: id)
        } catch { throw PipelineError(error) }
    }

    /// Documents of one index that another lacks or has older: where the target keeps the order of writes, among those
    /// that were written since it was swapped in.
    func newer(
        in left: IndexIdentity,
        than kept: IndexIdentity
    ) async throws(PipelineError) -> SwitchReport.Newer {
        var found = SwitchReport.Newer(index: left.name, count: 0, examples: [])
        let position = try await target.index(named: left.name)?.mark?.writes
        do throws(IndexError) {
            try await target.lendPages(of: left, above: position, withSource: false) {
                (page) async throws(IndexError) in
                let others = try await target.fetch(page.map(\.id), from: kept, withSource: false)
                let versions = Dictionary(others.map { ($0.id, $0.version) }, uniquingKeysWith: max)
                for document in page where versions[document.id].map({ $0 < document.version }) ?? true {
                    found.count += 1
                    if found.examples.count < 10 { found.examples.append(document.id.string) }
                }
                return !stop.isRequested
            }
        } catch { throw PipelineError(error) }
        try stop.check()
        return found
    }

    /// Moves aliases between the two rows of the ledger that tell of it.
    func swap(_ swaps: [AliasSwap], run: String, name: String) async throws(PipelineError) {
        let subject = swaps.map(\.alias).joined(separator: ",")
        let intent = EffectRecord(
            name: name,
            subject: subject,
            step: .intent,
            at: now(),
            detail: .array(swaps.map(\.json))
        )
        try await note(intent, of: run)
        try reach(.beforeRollback)
        let outcome = try await target.swapping(swaps)
        try reach(.afterRollback)
        if let stopped = outcome.gate {
            throw PipelineError(
                stopped.name == .occupied ? .occupied : .moved,
                stopped.detail,
                place: subject,
                fix: "look with `\(invocation.look("status"))`, then decide again"
            )
        }
        try await note(EffectRecord(name: name, subject: subject, step: .result, at: now()), of: run)
    }
}
