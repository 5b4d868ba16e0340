import RefoldBytes
import RefoldManifest
import RefoldModel
import RefoldPipeline

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A command that folds a whole archive without a job: its request, its engine, and a work folder that goes with it.
struct ArchiveCall: Sendable {
    /// The fold, as the words ask for it; the work folder is still to be set.
    var request: FoldRequest
    private let invocation: VerbInvocation

    /// Reads archive, read model and bounds.
    init(_ invocation: VerbInvocation) throws {
        self.invocation = invocation
        let arguments = invocation.arguments
        var models: [ReadModelDefinition] = []
        if let path = arguments.value(.readModel) {
            let loaded = try invocation.manifestLoader.loadReadModel(path: path)
            invocation.warn(of: loaded.warnings)
            models = [loaded.value]
        }
        request = FoldRequest(
            archive: ArchiveReference(location: invocation.io.absolute(try arguments.required(0))),
            readModels: models,
            asOf: try Self.asOf(invocation),
            salvages: arguments.has(.salvage),
            shards: arguments.count(.shards) ?? MachineLimits.cores,
            memoryBytes: try Self.memory(arguments),
            checkpointSeconds: 0,
            abortAt: .max,
            workFolder: "",
            stop: invocation.stop
        )
    }

    /// The key that was typed, if one was.
    func chosen() throws -> ChosenAggregate? {
        guard let typed = invocation.arguments.positional(1) else { return nil }
        return try ChosenAggregate(typed, of: request.readModels.first?.events ?? .salesforceCDC)
    }

    /// Runs a body with a fold that has a folder of its own for spills; the folder is gone afterwards.
    func withFold<Value>(
        keepsHistory: Bool,
        _ body: (FoldRequest, ParallelFold, @escaping ProgressSink) async throws -> Value
    ) async throws -> Value {
        var request = request
        request.workFolder = try Self.makeWorkFolder(invocation.environment)
        let io = invocation.io
        let diagnostics = invocation.diagnostics
        let engine = ParallelFold(
            types: invocation.types,
            workers: request.shards,
            keepsHistory: keepsHistory,
            now: { io.uptime().seconds }
        )
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await body(request, engine, diagnostics.show)
            )
        } catch {
            result = .failure(Self.withoutCheckpoint(error))
        }
        diagnostics.endProgress()
        do { try WorkFolder.remove(request.workFolder) } catch {
            // Of two failures the first is the one to tell.
            if case .success = result { throw error }
        }
        return try result.get()
    }

    /// A failure without the promise that a run makes: no checkpoint stands here.
    private static func withoutCheckpoint(_ error: any Error) -> any Error {
        guard var stopped = error as? PipelineError, stopped.kind == .interrupted else { return error }
        stopped.fix = "run the same command: it starts over"
        return stopped
    }

    private static func asOf(_ invocation: VerbInvocation) throws -> Int64? {
        guard let text = invocation.arguments.value(.asOf) else { return nil }
        let time = try CommandTime(text, of: .asOf, io: invocation.io)
        if time.isLocal, let echoed = Timestamp(milliseconds: time.milliseconds) {
            invocation.diagnostics.line("as of \(echoed.iso8601)")
        }
        return time.milliseconds
    }

    private static func memory(_ arguments: ParsedArguments) throws -> Int {
        guard let text = arguments.value(.memory) else { return MachineLimits.halfOfMemory }
        guard let bytes = ByteSize.bytes(text), bytes > 0 else {
            throw CommandError(
                .optionValue,
                "`\(OptionDeclaration.memory.typed)` cannot be `\(text)`",
                cause: "it is no size that refold reads",
                fix: "write a whole number with B, kB, MB, GB, TB, KiB, MiB, GiB or TiB, such as 2GiB"
            )
        }
        return bytes
    }

    private static func makeWorkFolder(_ environment: [String: String]) throws -> String {
        let parent = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        var path = Array("\(parent)/refold-XXXXXX".utf8CString)
        guard mkdtemp(&path) != nil else {
            throw CommandError(
                .file,
                "no work folder can be made in \(parent)",
                cause: SystemFault(errno).words,
                fix: "set TMPDIR to a folder that can be written"
            )
        }
        return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension VerbInvocation {
    /// Tells what an audit set aside and left out; it changes no exit status.
    func tell(rejects: Int, listedBy option: OptionDeclaration?, salvageRemarks: [String]) {
        for remark in salvageRemarks { diagnostics.line("salvage: \(remark)") }
        guard rejects > 0, option.map({ !arguments.has($0) }) ?? true else { return }
        let list = option.map { "; `\($0.typed) FILE` lists them" } ?? ""
        diagnostics.line(
            "\(grouped(rejects)) \(rejects == 1 ? "line or id was" : "lines or ids were") set aside\(list)"
        )
    }
}
