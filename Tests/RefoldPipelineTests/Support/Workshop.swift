import Foundation
import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel
import RefoldPipeline
import Synchronization
import Testing

/// A folder with a state folder and an embedded database, removed when the test ends.
final class Workshop: Sendable {
    let folder: String
    private let clock = Atomic<Int64>(1_763_000_000_000)
    private let bits = Atomic<UInt64>(1)
    /// What runs had to say.
    let remarks = Mutex<[String]>([])

    init() throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("refold-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
    }

    var stateFolder: String { folder + "/state" }
    var target: EmbeddedTarget { EmbeddedTarget(path: folder + "/x.db") }

    static let mappings: JSONObject = ["dynamic": "strict", "properties": ["Name": ["type": "keyword"]]]

    static func readModel(version: Int = 1, source: JSONValue = ["v": 1]) -> ReadModelDefinition {
        ReadModelDefinition(
            name: "clients",
            version: version,
            events: .salesforceCDC,
            aggregate: AggregateDefinition(entities: ["Account"], fold: .merge),
            document: DocumentDefinition(fields: .all),
            index: IndexDefinition(aliases: ["clients"], mappings: mappings),
            source: source
        )
    }

    func job(_ change: (inout JobDefinition) -> Void = { _ in }) -> JobDefinition {
        var job = JobDefinition(
            kind: .rebuild,
            name: "nightly",
            archive: ArchiveReference(location: folder + "/archive"),
            readModels: [Workshop.readModel()],
            target: TargetDefinition(place: .embedded(path: folder + "/x.db"))
        )
        change(&job)
        return job
    }

    func environment(
        _ fold: MemoryFold,
        target: (any IndexTarget)? = nil,
        stateFolder: String? = nil
    ) -> RunEnvironment {
        RunEnvironment(
            stateFolder: stateFolder ?? self.stateFolder,
            target: target ?? self.target,
            engine: fold,
            lister: fold,
            // A minute a look: two runs are never of one second.
            now: { self.clock.add(60_000, ordering: .relaxed).newValue },
            random: { self.bits.wrappingAdd(0x9e37_79b9_7f4a_7c15, ordering: .relaxed).newValue },
            progress: { _ in },
            remark: { line in self.remarks.withLock { $0.append(line) } },
            stop: StopSignal(),
            exitStatus: { $0 == nil ? 0 : 1 },
            invocation: Invocation(jobFile: "job.yaml", runOptions: ["--state-dir", self.stateFolder])
        )
    }

    func run(
        _ fold: MemoryFold,
        job: JobDefinition? = nil,
        target: (any IndexTarget)? = nil,
        options: RunOptions = RunOptions()
    ) async throws -> RunReport {
        let target = target ?? self.target
        let report = try await RebuildRun(
            job: job ?? self.job(),
            environment: environment(fold, target: target),
            options: options
        ).run()
        try await target.close()
        return report
    }

    /// The documents behind an alias, `id → source`.
    func documents(_ alias: String = "clients") async throws -> [String: String] {
        let target = self.target
        let description = try await target.describe(prefix: alias)
        let names = description.aliases[alias] ?? []
        #expect(names.count <= 1)
        guard let index = description.indices.first(where: { names.contains($0.identity.name) }) else {
            return [:]
        }
        var read: [Document] = []
        try await target.lendPages(of: index.identity, above: nil, withSource: true) {
            read += $0
            return true
        }
        try await target.close()
        return Dictionary(read.map { ($0.id.string, $0.source.string) }, uniquingKeysWith: { $1 })
    }

    /// Lets time pass in which nobody works.
    func pause(milliseconds: Int64) { clock.add(milliseconds, ordering: .relaxed) }

    func indices() async throws -> [TargetDescription.Index] {
        let target = self.target
        let found = try await target.describe(prefix: "").indices
        try await target.close()
        return found
    }
}
