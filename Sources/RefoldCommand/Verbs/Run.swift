import RefoldBytes
import RefoldPipeline

/// `refold run`: runs a job to its end.
package enum RunVerb: Verb {
    private static let fresh = OptionDeclaration(
        "fresh",
        "start over instead of going on with the unfinished same run"
    )
    private static let plan = OptionDeclaration(
        "plan",
        value: .path("FILE"),
        "refuse to run unless this plan still holds"
    )

    /// Its words.
    package static let declaration = VerbDeclaration(
        "run",
        in: .run,
        "replay the archive into new indices, verify them, move the aliases",
        details: [
            "Until the aliases move, readers see the old indices; if anything is wrong they keep seeing them. The same "
                + "command goes on with an unfinished same run, after a crash or a signal too. The first SIGINT or "
                + "SIGTERM stops at a checkpoint, the second cancels."
        ],
        positionals: [.job],
        options: [.output, fresh, plan, .salvage] + OptionDeclaration.ofJobs,
        statuses: [.rejectsOverBudget, .verificationFailed] + .ofArchive + .ofSwap,
        examples: [
            .init("refold run manifests/rebuild.yaml", "Rebuild every read model of the job."),
            .init(
                "refold run manifests/rebuild.yaml --set cutover.mode=manual",
                "Stop ready, before the swap."
            ),
        ],
        drains: true
    )

    /// Runs the job.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let call = try JobCall(invocation)
        var options = RunOptions()
        options.startsFresh = invocation.arguments.has(fresh)
        options.salvages = invocation.arguments.has(.salvage)
        options.planFile = invocation.arguments.value(plan)
        options.plan = try options.planFile.map { try keptPlan($0, invocation) }
        let report = try await call.withEnvironment { environment in
            try await RebuildRun(job: call.job, environment: environment, options: options).run()
        }
        return Answer(report, signal: invocation.firstSignal())
    }

    private static func keptPlan(_ path: String, _ invocation: VerbInvocation) throws -> RunPlan {
        let bytes = try InputFile.read(invocation.io.absolute(path))
        guard let json = json(of: bytes), let plan = RunPlan(json: json) else {
            throw CommandError(
                .argument,
                "\(path) is no plan",
                fix: "make one with `refold plan JOB --out FILE`"
            )
        }
        return plan
    }

    private static func json(of bytes: [UInt8]) -> JSONValue? {
        do { return try JSONValue(parsing: ByteString(bytes)) } catch { return nil }
    }
}

extension Answer {
    /// A run's report; a gate that refused is told as a failure after it.
    ///
    /// So is what failed after the aliases had moved.
    init(_ report: RunReport, signal: Int32?) {
        let gate = report.decisive.map { gate in
            GateFailure(
                gate,
                among: report.gates,
                salvage: report.salvageRemarks,
                accepted: report.accepted,
                holdCommands: report.release.map { (report.follow.command, $0) }
            )
        }
        self.init(
            report.failure.map { ExitStatus($0, signal: signal) } ?? .done,
            text: report.text,
            json: report.json.asObject,
            failures: ([gate, report.unfinished] as [(any Failure)?]).compactMap { $0 }
        )
    }
}
