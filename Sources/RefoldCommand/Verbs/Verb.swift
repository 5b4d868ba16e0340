package import RefoldBytes
package import RefoldModel
package import RefoldPipeline

/// One verb: its declaration, and what it does.
package protocol Verb: Sendable {
    /// Its words.
    static var declaration: VerbDeclaration { get }
    /// Does it.
    ///
    /// Throws whatever a room below throws; the entry gives it its message and exit status.
    static func run(_ invocation: VerbInvocation) async throws -> Answer
}

/// What a verb was called with.
package struct VerbInvocation: Sendable {
    /// What was typed.
    package let arguments: ParsedArguments
    /// The environment.
    package let environment: [String: String]
    /// Streams, folder, clocks.
    package let io: CommandIO
    /// Remarks and progress.
    package let diagnostics: Diagnostics
    /// Set by the first signal.
    package let stop: StopSignal
    /// The signal that came first, if one came.
    package let firstSignal: @Sendable () -> Int32?
    /// Swift types that manifests may name.
    package let types: TypeRegistry

    /// All parts.
    package init(
        arguments: ParsedArguments,
        environment: [String: String],
        io: CommandIO,
        diagnostics: Diagnostics,
        stop: StopSignal,
        firstSignal: @escaping @Sendable () -> Int32? = { nil },
        types: TypeRegistry = TypeRegistry()
    ) {
        self.arguments = arguments
        self.environment = environment
        self.io = io
        self.diagnostics = diagnostics
        self.stop = stop
        self.firstSignal = firstSignal
        self.types = types
    }
}

/// How a verb ended and what it has to say.
package struct Answer: Sendable {
    /// How it ended.
    package var status: ExitStatus
    /// The result for people, lines ended; empty when it was written on the way.
    package var text: String
    /// The result for scripts, without `apiVersion`; nil when it was written on the way or has no JSON form.
    package var json: JSONObject?
    /// What is told on stderr after the result, when it did not end well.
    package var failures: [any Failure]

    /// All parts.
    package init(
        _ status: ExitStatus = .done,
        text: String,
        json: JSONObject? = nil,
        failures: [any Failure] = []
    ) {
        self.status = status
        self.text = text
        self.json = json
        self.failures = failures
    }

    /// The result was written on the way.
    package static func written(_ status: ExitStatus = .done) -> Answer { Answer(status, text: "") }
}

extension VerbInvocation {
    /// Whether the result is asked for in JSON.
    var writesJSON: Bool { arguments.value(.output) == "json" }
}
