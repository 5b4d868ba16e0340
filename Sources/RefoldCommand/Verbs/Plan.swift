import RefoldBytes
import RefoldLedger
import RefoldPipeline

/// `refold plan`: says what a run would do, and writes nothing.
package enum PlanVerb: Verb {
    private static let out = OptionDeclaration(
        "out",
        value: .path("FILE"),
        "keep the plan for `run --plan FILE`"
    )
    private static let detailed = OptionDeclaration(
        "detailed-exitcode",
        "end with 2 when there is something to do"
    )
    private static let quick = OptionDeclaration("quick", "only list the archive, do not read it")

    /// Its words.
    package static let declaration = VerbDeclaration(
        "plan",
        in: .run,
        "print what a run would do, writing nothing",
        details: [
            "Reads the whole archive once, for counts, shapes and rejects, in a temporary folder that it removes; "
                + "`--quick` only lists it. Index names, mapping difference by field and class, alias actions, "
                + "warnings and a digest. `run --plan FILE` refuses a plan that no longer holds and says what moved."
        ],
        positionals: [.job],
        options: [.output, out, detailed, quick, .salvage] + OptionDeclaration.ofJobs,
        statuses: [.changesPending, .rejectsOverBudget, .moved] + .ofArchive + .ofTarget,
        examples: [
            .init("refold plan manifests/rebuild.yaml", "Read the archive and print what a run would do."),
            .init(
                "refold plan manifests/rebuild.yaml --quick --out plan.json",
                "List only, and keep the plan."
            ),
        ],
        drains: true
    )

    /// Plans.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let call = try JobCall(invocation)
        let (plan, reading) = try await call.withEnvironment { environment in
            let ledger = try call.readableLedger()
            var known: [KnownDefinition] = []
            if let ledger { known = try await KnownDefinition.used(by: ledger) }
            var planner = Planner(
                job: call.job,
                environment: environment,
                salvages: invocation.arguments.has(.salvage)
            )
            if let ledger { planner.ownRuns = Set(try await ledger.runs().map(\.id.text)) }
            let plan = try await planner.plan(known: known)
                .goingOn(in: ledger)
            guard !invocation.arguments.has(quick) else { return (plan, ArchiveReading?.none) }
            let reading = try await ArchiveReading(
                of: call.job,
                environment: environment,
                salvages: invocation.arguments.has(.salvage),
                workFolder: invocation.newWorkFolder()
            )
            return (plan, reading)
        }
        var next = invocation.words(job: call.file).run()
        if let path = invocation.arguments.value(out) {
            let text = plan.json.canonical.string + "\n"
            try OutputFile.write(text, to: invocation.io.absolute(path), replacing: true)
            next = invocation.words(job: call.file).run("--plan=\(path)")
        }
        // A rebuild always makes a new index: there is always something to do.
        let status: ExitStatus = invocation.arguments.has(detailed) ? .changesPending : .done
        var json = plan.json.asObject ?? [:]
        json["next"] = .text(next)
        json["reading"] = reading?.json
        return Answer(status, text: PlanReport(plan: plan, reading: reading).text(next: next), json: json)
    }
}
