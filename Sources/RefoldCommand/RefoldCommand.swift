import FoundationEssentials
public import RefoldModel

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The command line of refold.
///
/// A team that folds with Swift types of its own builds its own `refold` of one call to
/// ``main(aggregates:upcasters:)``.
public enum RefoldCommand {
    /// Runs the process's command line and ends the process with its exit status.
    ///
    /// Manifests name the given types: `fold: swift, type: ClientAggregate`, `upcast: [ { swift: SplitName } ]`.
    public static func main(
        aggregates: [any Aggregate.Type] = [],
        upcasters: [any Upcaster] = []
    ) async -> Never {
        // A reader that leaves is an error of write(2), told by the sink; it must not kill a run that works on.
        signal(SIGPIPE, SIG_IGN)
        let status = await run(
            arguments: Array(CommandLine.arguments.dropFirst()),
            environment: ProcessInfo.processInfo.environment,
            io: .ofProcess(),
            signals: SignalWatch(),
            aggregates: aggregates,
            upcasters: upcasters
        )
        exit(status)
    }

    /// Runs one command line with everything it touches given, and answers its exit status.
    package static func run(
        arguments: [String],
        environment: [String: String],
        io: CommandIO,
        signals: SignalWatch? = nil,
        aggregates: [any Aggregate.Type] = [],
        upcasters: [any Upcaster] = []
    ) async -> Int32 {
        let diagnostics = Diagnostics(
            io.stderr,
            environment: environment,
            showsProgress: !arguments.contains(OptionDeclaration.noProgress.typed),
            clock: io.uptime
        )
        let session = Session(
            environment: environment,
            io: io,
            diagnostics: diagnostics,
            signals: signals,
            aggregates: aggregates,
            upcasters: upcasters,
            writesJSON: asksForJSON(arguments)
        )
        return await session.run(arguments).rawValue
    }

    /// Whether failures are told as JSON too; asked before parsing, since parsing is what may fail.
    private static func asksForJSON(_ arguments: [String]) -> Bool {
        zip([""] + arguments, arguments).contains { before, word in
            word == "--output=json" || word == "-ojson" || word == "-o=json"
                || (word == "json" && (before == "-o" || before == "--output"))
        }
    }
}
