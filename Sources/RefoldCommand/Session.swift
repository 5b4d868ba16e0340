import RefoldBytes
import RefoldModel
import RefoldPipeline

/// One command line from its words to its exit status.
struct Session: Sendable {
    let environment: [String: String]
    let io: CommandIO
    let diagnostics: Diagnostics
    let signals: SignalWatch?
    let aggregates: [any Aggregate.Type]
    let upcasters: [any Upcaster]
    let writesJSON: Bool

    func run(_ arguments: [String]) async -> ExitStatus {
        let answer: Answer
        do {
            answer = try await self.answer(to: arguments)
        } catch let error as CommandError where error.reason == .outputClosed {
            // `refold events … | head`: whoever reads has what they want.
            return .done
        } catch {
            return report(error)
        }
        return finish(answer)
    }

    private func answer(to arguments: [String]) async throws -> Answer {
        guard let first = arguments.first else {
            throw CommandError(
                .argument,
                "no verb is given",
                fix: "`refold help` lists them",
                usage: VerbTable.toolUsage
            )
        }
        switch first {
        case "-h", "--help": return Answer(text: HelpPage.ofTool())
        case "-V", "--version": return VersionVerb.answer
        case _ where first.hasPrefix("-"):
            throw CommandError(
                .unknownOption,
                "the verb comes before `\(first)`",
                fix: "write `refold VERB \(first)`; `refold help` lists the verbs",
                usage: VerbTable.toolUsage
            )
        default: break
        }
        switch try VerbTable.find(arguments[...]) {
        case .group(let group):
            if arguments.dropFirst().first.map({ ["-h", "--help"].contains($0) }) == true {
                return Answer(text: HelpPage.ofGroup(group))
            }
            throw CommandError(
                .argument,
                "`\(group)` needs a verb of its own",
                fix: "`refold help \(group)` lists them",
                usage: "refold \(group) VERB [OPTION…] [ARGUMENT…]"
            )
        case .verb(let verb, let words):
            let parsed = try ArgumentParser.parse(arguments.dropFirst(words), of: verb.declaration)
            if parsed.has(.help) { return Answer(text: HelpPage.ofVerb(verb.declaration)) }
            return try await perform(verb, parsed)
        }
    }

    private func perform(_ verb: any Verb.Type, _ parsed: ParsedArguments) async throws -> Answer {
        let invocation = VerbInvocation(
            arguments: parsed,
            environment: environment,
            io: io,
            diagnostics: diagnostics,
            stop: signals?.stop ?? StopSignal(),
            firstSignal: { [signals] in signals?.first },
            types: try TypeRegistry(aggregates: aggregates, upcasters: upcasters)
        )
        // An own task, so that the second signal has something to cancel.
        let work = Task { try await verb.run(invocation) }
        if verb.declaration.drains { signals?.watch(cancelling: { work.cancel() }) }
        defer { diagnostics.endProgress() }
        return try await work.value
    }

    private func finish(_ answer: Answer) -> ExitStatus {
        var lost: CommandError?
        do { try write(answer) } catch {
            // Whoever read a closed output has what they want.
            if error.reason != .outputClosed { lost = error }
        }
        report(answer.failures + (lost.map { [$0] } ?? []))
        // The command's own end outranks that its result was lost.
        guard let lost, answer.status == .done else { return answer.status }
        return ExitStatus(lost.kind)
    }

    private func write(_ answer: Answer) throws(CommandError) {
        if writesJSON, let json = answer.json {
            var object = json
            object["apiVersion"] = "refold/v1"
            try io.stdout.write(JSONValue.object(object).canonical.bytes + [UInt8(ascii: "\n")])
        } else {
            try io.stdout.write(answer.text)
        }
        try io.stdout.flush()
    }

    private func report(_ error: any Error) -> ExitStatus {
        // What was written before the failure stands before it.
        do { try io.stdout.flush() } catch { diagnostics.line("remark: \(error.message)") }
        report([error])
        return FailureReport(error, signal: signals?.first).status
    }

    /// Tells failures; scripts get the first of them as the last line.
    private func report(_ errors: [any Error]) {
        let reports = errors.map { FailureReport($0, signal: signals?.first) }
        for report in reports { diagnostics.write(report.text(coloured: diagnostics.isColoured)) }
        if writesJSON, let first = reports.first { diagnostics.line(first.json.canonical.string) }
    }
}
