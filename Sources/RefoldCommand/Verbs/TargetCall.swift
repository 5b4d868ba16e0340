import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldManifest
import RefoldModel
import RefoldPipeline

/// A command on runs and aliases: which target, which ledger, which run.
///
/// The truth about what serves sits in the target, so `--target` alone is enough; else the job file that stands for the
/// run names it, else the ledger knows where the run went.
struct TargetCall: Sendable {
    /// The ledger, when there is one.
    let ledger: Ledger?
    /// The run or alias that was named, a job file replaced by its latest run; nil: none was.
    let name: String?
    /// What the ledger knows of that run; nil without a ledger, or when it does not know it.
    let dossier: RunDossier?
    /// The job, when a job file was named.
    let job: JobDefinition?
    /// Why the ledger that is there was not read.
    private let closedLedger: LedgerError?
    private let definition: TargetDefinition?
    private let stateFolder: String?
    private let invocation: VerbInvocation

    /// Reads what the first argument and the options say; a verb that only looks needs no right to write the ledger.
    init(_ invocation: VerbInvocation, changing isChanging: Bool = false) async throws {
        self.invocation = invocation
        let typed = invocation.arguments.positional(0)
        let file = typed.flatMap { isJobFile($0, invocation) ? $0 : nil }
        let folder =
            file.map { StateFolder.of(job: $0, invocation) }
            ?? StateFolder.withoutJob(invocation, exists: OutputFile.exists)
        stateFolder = folder
        if let folder { invocation.diagnostics.line("state folder \(folder)") }
        if file == nil, let given = invocation.arguments.value(.set) {
            throw CommandError(
                .argument,
                "`--set \(given)` needs a job file",
                fix: "name the job file, or leave --set out",
                usage: invocation.arguments.verb.usage
            )
        }
        job = try file.map { try invocation.job(at: $0) }
        // No verb but `run` makes a folder.
        let namesTarget = try file != nil || Self.target(invocation) != nil
        var closed: LedgerError?
        ledger = try folder.flatMap { folder in
            if isChanging, OutputFile.exists("\(folder)/ledger.db") { return try Ledger(folder: folder) }
            do throws(LedgerError) { return try Ledger.toLookAt(folder: folder) } catch {
                // Somebody else's ledger adds detail; what serves is read from the target.
                guard error.reason == .notPermitted, namesTarget else { throw error }
                closed = error
                return nil
            }
        }
        closedLedger = closed
        if let closed, !isChanging { invocation.tell(closed) }
        var found = try await Self.dossier(job?.name ?? typed, in: ledger)
        if let job { found?.namesAccepted(by: job) }
        dossier = found
        name = file == nil ? typed : dossier?.record.id.text
        if let given = try Self.target(invocation) ?? job?.target ?? dossier?.target {
            definition = given
        } else {
            let ofAlias = try await Self.target(ofAlias: typed, in: ledger)
            definition = if let ofAlias { ofAlias } else { try await Self.onlyTarget(of: ledger) }
        }
    }

    /// Runs a body with the verbs of the target.
    ///
    /// Throws `command.argument` when nothing says which target.
    func withVerbs<Value>(
        consentTo change: String? = nil,
        _ body: (TargetVerbs) async throws -> Value
    ) async throws -> Value {
        guard let definition else {
            throw CommandError(
                .argument,
                name.map { "nothing says which target has \($0)" } ?? "nothing says which target",
                cause: whyUnknown,
                fix: "name a job file, or a Target file by --target, or a state folder by --state-dir",
                usage: invocation.arguments.verb.usage
            )
        }
        if let change, definition.isProtected { try invocation.askFor(change, of: definition) }
        return try await withTarget(definition, of: invocation) { target in
            let verbs = TargetVerbs(
                target: target,
                ledger: ledger,
                stateFolder: stateFolder,
                now: invocation.io.now,
                invocation: try words,
                scope: job?.readModels.flatMap(\.index.aliases) ?? [],
                stop: invocation.stop
            )
            return try await body(verbs)
        }
    }

    /// The run or alias that was named; a job file without a run in the ledger is looked up in the target.
    func named(_ verbs: TargetVerbs) async throws -> String {
        if let name { return name }
        if let job, let latest = try await verbs.runs().first(where: { $0.job == job.name }) {
            return latest.run
        }
        throw CommandError(
            .argument,
            "job \(job?.name ?? "") has no run, neither here nor in its target",
            cause: stateFolder.map { "the state folder is \($0)" },
            fix: "`\(try words.run())` makes one"
        )
    }

    /// The words that find the same state and target again.
    var words: RefoldPipeline.Invocation {
        get throws { invocation.words(job: job == nil ? "" : try invocation.arguments.required(0)) }
    }

    /// Why the name that was typed led to no target.
    private var whyUnknown: String {
        let named = name.map { "\($0) is no job file" } ?? "no job file is named"
        guard let stateFolder else { return "\(named), and there is no state folder here" }
        guard ledger != nil else { return "\(named), and the state folder \(stateFolder) has no ledger" }
        return "\(named), and no run or alias that the ledger in \(stateFolder) knows"
    }

    /// What the ledger knows of the run that was named.
    ///
    /// Throws `command.argument` when there is no ledger to know it.
    func requiredDossier() throws -> RunDossier {
        if let dossier { return dossier }
        if let closedLedger { throw closedLedger }
        throw CommandError(
            .argument,
            ledger == nil ? "there is no ledger here" : "the ledger knows no run of this job",
            cause: stateFolder.map { "the state folder is \($0)" },
            fix: "name the folder by --state-dir"
        )
    }

    /// What the ledger knows of a run; nil without a ledger, or when it does not know it.
    func dossier(of run: String) async throws -> RunDossier? { try await Self.dossier(run, in: ledger) }

    private static func dossier(
        _ name: String?,
        in ledger: Ledger?
    ) async throws -> RunDossier? {
        guard let ledger else { return nil }
        let latest = try await ledger.runs().first?.id.text
        guard let wanted = name ?? latest else { return nil }
        do throws(PipelineError) { return try await RunDossier(wanted, in: ledger) } catch {
            // It may be an alias, or a run of another machine: the target knows.
            guard error.kind == .usage else { throw error }
            return nil
        }
    }

    /// Where the newest run went that moved an alias of this name.
    private static func target(ofAlias alias: String?, in ledger: Ledger?) async throws -> TargetDefinition? {
        guard let alias, let ledger else { return nil }
        for run in try await ledger.runs() {
            let dossier = try await RunDossier(run.id.text, in: ledger)
            let aliases = dossier.plan?.readModels.flatMap(\.aliases) ?? []
            if aliases.contains(where: { $0.alias == alias }), let target = dossier.target { return target }
        }
        return nil
    }

    /// The target of every run of a state folder, when there is no other: runs of other machines are there too.
    private static func onlyTarget(of ledger: Ledger?) async throws -> TargetDefinition? {
        guard let ledger else { return nil }
        var targets: Set<TargetDefinition> = []
        for run in try await ledger.runs() {
            if let target = try await RunDossier(run.id.text, in: ledger).target { targets.insert(target) }
        }
        return targets.count == 1 ? targets.first : nil
    }

    private static func target(_ invocation: VerbInvocation) throws -> TargetDefinition? {
        let variable = invocation.environment[EnvironmentVariable.target].flatMap { $0.isEmpty ? nil : $0 }
        guard let path = invocation.arguments.value(.target) ?? variable else { return nil }
        let loaded = try invocation.manifestLoader.loadTarget(path: path)
        invocation.warn(of: loaded.warnings)
        return loaded.value
    }
}

/// Whether a word names a job file, not a run or an alias.
private func isJobFile(_ word: String, _ invocation: VerbInvocation) -> Bool {
    word.contains("/") || word.hasSuffix(".yaml") || word.hasSuffix(".yml")
}

extension VerbInvocation {
    /// Asks for consent to a change of a protected target.
    ///
    /// Throws `command.consent` when a person says no or there is nobody to ask.
    func askFor(_ change: String, of target: TargetDefinition) throws(CommandError) {
        if arguments.has(.yes) { return }
        let name = target.name ?? "the target"
        if let ask = io.ask, ask("\(change) at \(name)?") { return }
        throw CommandError(
            .consent,
            "\(name) is protected, and nobody consented",
            cause: io.ask == nil ? "there is no terminal to ask on" : nil,
            fix: "give --yes"
        )
    }
}
