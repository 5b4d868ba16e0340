import Foundation

/// The search engines that tests can run against.
public enum NodeKind: String, Sendable, CaseIterable, CustomStringConvertible {
    /// OpenSearch 2.19.
    case opensearch219 = "opensearch-2.19"
    /// OpenSearch 3.8.
    case opensearch38 = "opensearch-3.8"
    /// Elasticsearch 7.10, the open one.
    case elasticsearch710 = "elasticsearch-7.10"
    /// OpenSearch 2.19 with TLS and users: `admin` / `admin-secret`, `rebuilder` / `rebuild-secret` on
    /// `client_index*`, `reader` / `read-secret` reading there.
    case opensearch219Secure = "opensearch-2.19-secure"
    /// The cluster that `REFOLD_TEST_OPENSEARCH` names.
    case given
    /// An emulator in memory that says it is OpenSearch 3.8: strict, without refresh.
    case osmem
    /// An emulator that says it is Elasticsearch 8.15: lax, with refresh.
    case noida

    /// The three engines over plain http.
    public static let engines: [NodeKind] = [.opensearch219, .opensearch38, .elasticsearch710]
    /// What stands in for engines where there are none.
    public static let emulators: [NodeKind] = [.osmem, .noida]

    /// Whether it only behaves like an engine.
    public var isEmulator: Bool { NodeKind.emulators.contains(self) }
    /// Whether what it acknowledged is there again after a kill: `osmem` keeps nothing, `noida` writes a second later.
    public var keepsData: Bool { !isEmulator }
    /// Whether tests can start one of their own.
    public var isStartable: Bool { self != .given }
    /// Its name.
    public var description: String { rawValue }

    /// The kinds that can run here.
    public static func available() -> [NodeKind] { allCases.filter { $0.hindrance == nil } }

    /// The kinds that judge: of the wanted ones those that can run here; where none can, the given cluster, else
    /// the emulators.
    ///
    /// For `@Test(arguments: try NodeKind.judges())`. What is left out is told in the file that
    /// `REFOLD_TEST_LEFT_OUT` names. Throws with `CI=true` when a wanted kind is missing.
    public static func judges(_ wanted: [NodeKind] = engines) throws -> [NodeKind] {
        let (runnable, missing) = (
            wanted.filter { $0.hindrance == nil }, wanted.filter { $0.hindrance != nil }
        )
        for (reason, kinds) in Dictionary(grouping: missing, by: { $0.hindrance ?? "" }) {
            try LeftOut.tell("\(kinds.map(\.rawValue).joined(separator: ", ")) (\(reason))")
        }
        if let kind = missing.first, LeftOut.isForbidden {
            throw TestKitError("CI has a node of \(kind): \(kind.hindrance ?? "")")
        }
        guard runnable.isEmpty else { return runnable }
        return given.hindrance == nil ? [.given] : emulators.filter { $0.hindrance == nil }
    }

    /// Why it cannot run here; nil: it can.
    public var hindrance: String? { NodeKind.hindrances[self] ?? nil }

    /// Asked once a process: the answers come from programs.
    private static let hindrances: [NodeKind: String?] = {
        var found: [NodeKind: String?] = [:]
        for kind in allCases { found[kind] = NodeTools.hindrance(of: kind) }
        return found
    }()
}

/// What tests tell the one who runs them all.
public enum LeftOut {
    /// Whether nothing may be left out.
    public static var isForbidden: Bool { ProcessInfo.processInfo.environment["CI"] == "true" }

    /// Adds a line to the file that `REFOLD_TEST_LEFT_OUT` names.
    public static func tell(_ words: String) throws {
        guard let path = ProcessInfo.processInfo.environment["REFOLD_TEST_LEFT_OUT"] else { return }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("\(words)\n".utf8))
        try file.close()
    }
}
