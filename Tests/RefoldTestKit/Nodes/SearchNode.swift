import Foundation
import Synchronization

/// A search engine on loopback that tests write to.
///
/// A shared one serves all tests of the process: they take index names of their own (`freshName`). It ends with the
/// process, however that ends, and its folder goes with it.
public final class SearchNode: Sendable {
    /// Which engine.
    public let kind: NodeKind
    /// Its address, without a slash at its end.
    public let url: String
    /// The version that it tells.
    public let version: String
    /// The authority of its certificate; nil: plain http.
    public let caFile: String?
    private let settings: [String]
    private let folder: URL?
    private let process: Mutex<KeptProcess?>

    /// The node of that kind that all tests of this process share, started when first asked for.
    public static func shared(_ kind: NodeKind) async throws -> SearchNode {
        try await SharedNodes.all.node(kind)
    }

    /// A node for one test, with more settings (`name=value`) than it needs; its folder is removed afterwards.
    public static func withOwn<R>(
        _ kind: NodeKind,
        settings: [String] = [],
        _ body: (SearchNode) async throws -> R
    ) async throws -> R {
        let node = try await startOwn(kind, settings: settings)
        do {
            let result = try await body(node)
            try node.discard()
            return result
        } catch {
            try node.discard()
            throw error
        }
    }

    /// A node for one test; ``discard()`` ends it before the process does.
    public static func startOwn(_ kind: NodeKind, settings: [String] = []) async throws -> SearchNode {
        if kind == .given { return try SearchNode(given: NodeTools.given ?? "") }
        let folder = try NodeFolders.fresh(kind)
        let (process, ready) = try await launch(kind, in: folder, port: 0, settings)
        return SearchNode(kind, ready, folder, settings, process)
    }

    private init(
        _ kind: NodeKind,
        _ ready: Ready,
        _ folder: URL,
        _ settings: [String],
        _ process: KeptProcess
    ) {
        (self.kind, self.folder, self.settings) = (kind, folder, settings)
        (url, version, caFile) = (ready.url, ready.version, ready.ca)
        self.process = Mutex(process)
    }

    private init(given: String) throws {
        kind = .given
        url = given
        version = "unknown"
        caFile = nil
        settings = []
        folder = nil
        process = Mutex(nil)
    }

    /// A name that no other test has: the stem, a hyphen, eight digits.
    public static func freshName(_ stem: String) -> String {
        "\(stem)-\(String(UInt32.random(in: 0...UInt32.max), radix: 16))"
    }

    /// Kills it with SIGKILL; when this returns its port refuses.
    public func kill() throws { try running().kill() }

    /// Ends it in order, with SIGTERM.
    public func stop() async throws { try await running().stop() }

    /// Starts it again where it was, on the same folder and port; kills it before if it runs.
    public func restart() async throws {
        try kill()
        guard let folder, let port = URLComponents(string: url)?.port.flatMap({ UInt16(exactly: $0) }) else {
            throw TestKitError("\(kind) at \(url) was not started here")
        }
        let (started, _) = try await Self.launch(kind, in: folder, port: port, settings)
        process.withLock { $0 = started }
    }

    /// Kills it and removes its folder.
    public func discard() throws {
        guard let folder else { return }
        try kill()
        try FileManager.default.removeItem(at: folder)
    }

    /// Sends one request, plain http on loopback alone: a second look past the code under test.
    public func exchange(
        _ method: String,
        _ path: String,
        _ body: String = "",
        contentType: String = "application/json"
    ) throws -> Answer {
        let headers = body.isEmpty ? [:] : ["content-type": contentType]
        return try Upstream(url).exchange(Request(method, path, headers: headers, body: Array(body.utf8)))
    }

    /// What the engine has said in warnings.
    public func warnings() throws -> String {
        guard let folder else { return "" }
        return try String(contentsOf: folder.appending(path: NodeFolders.errors), encoding: .utf8)
    }

    private func running() throws -> KeptProcess {
        guard let process = process.withLock({ $0 }) else {
            throw TestKitError("\(kind) was not started here")
        }
        return process
    }
}

/// The shared nodes of this process.
private actor SharedNodes {
    static let all = SharedNodes()
    private var started: [NodeKind: Task<SearchNode, any Error>] = [:]

    func node(_ kind: NodeKind) async throws -> SearchNode {
        let task = started[kind] ?? Task { try await SearchNode.startOwn(kind) }
        started[kind] = task
        return try await task.value
    }
}
