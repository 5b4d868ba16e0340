import RefoldArchive
import RefoldBytes
import RefoldIndex
import RefoldModel
import RefoldPipeline

/// `refold doctor`: read-only checks of all that a run of a job would need.
package enum DoctorVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "doctor",
        in: .start,
        "check everything that a run of a job needs, changing nothing",
        details: [
            "Manifest, archive, target, state folder, ledger, locks, what a run would plan (definitions, hook, room), "
                + "libraries, terminal and proxy variables, each with its finding. The first finding that would stop a run "
                + "decides the exit status. Of an index that serves a first page is read, not all of it."
        ],
        positionals: [.job],
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: [.verificationFailed, .archiveRefused, .locked, .moved, .localExhausted] + .ofTarget,
        examples: [.init("refold doctor manifests/rebuild.yaml", "Check what the job rebuild would meet.")]
    )

    /// Checks.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        // Without a job there is nothing to check: its problems are told as every verb tells them.
        let call = try JobCall(invocation)
        var findings = [manifest(call.job), archive(call.job)]
        findings += await target(call.job, invocation)
        findings.append(stateFolder(call.stateFolder))
        findings += await run(of: call, unless: findings.contains { $0.failure != nil })
        findings += machine(call.job, invocation)
        var table = TextTable([.text("CHECK"), .text("STATE"), .text("FINDING")])
        table.rows = findings.map { [$0.check, $0.word, $0.text] }
        let failures = findings.compactMap(\.failure)
        return Answer(
            failures.first.map { ExitStatus($0.kind) } ?? .done,
            text: table.text,
            json: ["kind": "Doctor", "findings": .array(findings.map(\.json))],
            failures: failures
        )
    }

    private static func manifest(_ job: JobDefinition) -> DoctorFinding {
        guard job.notBuilt.isEmpty else {
            let names = job.notBuilt.joined(separator: ", ")
            return DoctorFinding(
                "manifest",
                CommandError(
                    .notBuilt,
                    "the job asks for what is not built yet: \(names)",
                    fix: "leave it out"
                )
            )
        }
        let models = job.readModels.map { "\($0.name) v\($0.version)" }.joined(separator: ", ")
        return DoctorFinding("manifest", "\(job.kind.rawValue) \(job.name): \(models)")
    }

    private static func archive(_ job: JobDefinition) -> DoctorFinding {
        do throws(ArchiveError) {
            let archive = try Archive.open(at: job.archive.location, unlisted: job.archive.unlisted)
            let bytes = archive.segments.reduce(0) {
                $0.addingReportingOverflow(Int(clamping: $1.bytes)).partialValue
            }
            let catalog = archive.catalog == nil ? "no catalog: cut segments cannot be told" : "catalog.json"
            return DoctorFinding(
                "archive",
                "\(grouped(archive.segments.count)) segments, \(byteText(bytes)), \(catalog)"
            )
        } catch {
            return DoctorFinding("archive", error)
        }
    }

    private static func target(_ job: JobDefinition, _ invocation: VerbInvocation) async -> [DoctorFinding] {
        do {
            return try await withTarget(job.target, of: invocation) { target in
                let dialect = try await target.probe()
                let free = dialect.freeBytes.map { ", \(byteText($0)) free" } ?? ""
                let swap = dialect.hasAliases ? "aliases swap in one step" : "no aliases: runs end written"
                var findings = [
                    DoctorFinding("target", "\(dialect.engine) at \(dialect.location)\(free); \(swap)")
                ]
                guard dialect.hasAliases else { return findings }
                for alias in job.readModels.flatMap(\.index.aliases) {
                    let description = try await target.describe(prefix: alias)
                    if description.occupied.contains(alias)
                        || description.indices.contains(where: { $0.identity.name == alias })
                    {
                        let error = IndexError(
                            .exists,
                            "the name \(alias) belongs to a concrete table or index",
                            place: dialect.location,
                            fix: "rename it, or choose another alias"
                        )
                        findings.append(DoctorFinding("alias \(alias)", error))
                    } else {
                        let now = description.aliases[alias]?.joined(separator: ", ")
                        for index in description.indices where index.aliases.contains(alias) {
                            try await readSome(of: index.identity, in: target)
                        }
                        findings.append(
                            DoctorFinding("alias \(alias)", now ?? "free: the first run makes it")
                        )
                    }
                }
                return findings
            }
        } catch {
            return [DoctorFinding("target", error)]
        }
    }

    private static func stateFolder(_ folder: String) -> DoctorFinding {
        switch OutputFile.standing(ofFolder: folder) {
        case .writable: DoctorFinding("state", folder)
        case .absent: DoctorFinding("state", "\(folder), made by the first run")
        case .closed:
            DoctorFinding(
                "state",
                CommandError(
                    .file,
                    "the state folder \(folder) cannot be written",
                    fix: "choose another by --state-dir"
                )
            )
        }
    }

    private static func machine(_ job: JobDefinition, _ invocation: VerbInvocation) -> [DoctorFinding] {
        let memory = job.replay.memoryBytes ?? MachineLimits.halfOfMemory
        let io = invocation.io
        let terminal = [("stdout", io.stdout), ("stderr", io.stderr)].map { name, sink in
            "\(name) \(sink.isTerminal ? "is a terminal of \(sink.columns) columns" : "is no terminal")"
        }
        let proxies = [
            "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
        ]
        .filter { invocation.environment[$0]?.isEmpty == false }
        return [
            DoctorFinding(
                "machine",
                "\(job.replay.shards ?? MachineLimits.cores) shards, \(byteText(memory)) of memory"
            ),
            DoctorFinding("libraries", LibraryVersions.text),
            DoctorFinding("terminal", terminal.joined(separator: ", ")),
            DoctorFinding(
                "proxy",
                proxies.isEmpty
                    ? "no proxy variable is set" : "set, and they act: \(proxies.joined(separator: ", "))"
            ),
        ]
    }
}
