import RefoldBytes
import RefoldIndex
import RefoldTestKit
import Testing

/// One test's names on a node that many tests share.
struct NodePlot: Sendable {
    let node: SearchNode
    /// Where targets reach it.
    let url: String
    /// What all its names begin with.
    let prefix: String

    /// A target that sees these names alone, without the prefix; through a proxy, if there is one.
    func open(through url: String? = nil, leasePatience: Duration = .seconds(30)) throws -> PlotTarget {
        PlotTarget(prefix: prefix, whole: try openWhole(through: url, leasePatience: leasePatience))
    }

    /// A target that sees all names.
    func openWhole(
        through url: String? = nil,
        leasePatience: Duration = .seconds(30)
    ) throws -> SearchTarget {
        let manifest: JSONValue = ["url": .text(url ?? self.url)]
        return try SearchTarget(
            try SearchOptions(manifest, environment: [:]),
            // A fault ends soon; a node with other tests' work is waited for.
            budget: RetryBudget(limit: .seconds(15), first: .milliseconds(20), longest: .milliseconds(500)),
            leasePatience: leasePatience
        )
    }

    /// The name as the node knows it.
    func name(_ name: String) -> String { prefix + name }

    /// Sends a request past the target; `@` in path and body stands for the prefix.
    @discardableResult
    func ask(_ method: String, _ path: String, _ body: String = "") throws -> JSONValue {
        let answer = try node.exchange(
            method,
            path.replacing("@", with: prefix),
            body.replacing("@", with: prefix)
        )
        guard answer.status < 300 else { throw PlotError(words: "\(method) \(path): \(answer.text)") }
        return try JSONValue(parsing: ByteString(answer.body))
    }

    /// The settings of an index, as text by their dotted names.
    func settings(of index: String) throws -> JSONObject {
        let answer = try ask("GET", "/@\(index)/_settings?flat_settings=true")
        return try #require(answer[ByteString(name(index))]?["settings"]?.asObject)
    }

    /// Where an alias points, and how, past the target.
    func alias(_ alias: String) throws -> [String: JSONValue] {
        let answer = try ask("GET", "/@*")
        var found: [String: JSONValue] = [:]
        for (index, value) in answer.asObject?.members ?? [] {
            guard let properties = value["aliases"]?[ByteString(name(alias))] else { continue }
            found[String(index.string.dropFirst(prefix.count))] = properties
        }
        return found
    }

    fileprivate func clear() throws {
        let found = try ask("GET", "/@*?expand_wildcards=open,closed")
        let names = (found.asObject?.members ?? []).map(\.name.string)
        // A wildcard may not delete everywhere.
        for name in names where name.hasPrefix(prefix) { try ask("DELETE", "/\(name)") }
    }
}

/// A request past the target that a node did not take.
struct PlotError: Error, CustomStringConvertible {
    var words: String
    var description: String { words }
}

/// Runs a body with names of its own on the shared node of a kind, and removes them afterwards.
func withPlot(on kind: NodeKind, _ body: (NodePlot) async throws -> Void) async throws {
    try EmulatorGaps.leaveOut(kind)
    let node = try await SearchNode.shared(kind)
    let plot = NodePlot(
        node: node,
        url: try await Fronts.all.url(of: node),
        prefix: SearchNode.freshName("conformance") + "-"
    )
    await Turnstile.all.enter(kind)
    do {
        try await body(plot)
        try plot.clear()
    } catch {
        await Turnstile.all.leave(kind)
        throw error
    }
    await Turnstile.all.leave(kind)
}

/// What stands before an emulator that says it is an engine which refold does not know.
private actor Fronts {
    static let all = Fronts()
    private var fronts: [NodeKind: FaultServer] = [:]

    func url(of node: SearchNode) throws -> String {
        guard node.kind == .noida else { return node.url }
        let front =
            try fronts[node.kind]
            ?? FaultServer(upstream: node.url) { request in
                request.path == "/"
                    ? .answer(200, "application/json", #"{"version":{"number":"7.10.2"}}"#) : .pass
            }
        fronts[node.kind] = front
        return front.url
    }
}

/// Lets a few tests at once onto each shared node: all of them at once would only measure its patience.
private actor Turnstile {
    static let all = Turnstile()
    private static let places = 4
    private var busy: [NodeKind: Int] = [:]
    private var waiting: [NodeKind: [CheckedContinuation<Void, Never>]] = [:]

    func enter(_ kind: NodeKind) async {
        guard busy[kind, default: 0] == Turnstile.places else {
            busy[kind, default: 0] += 1
            return
        }
        await withCheckedContinuation { waiting[kind, default: []].append($0) }
    }

    func leave(_ kind: NodeKind) {
        if waiting[kind, default: []].isEmpty {
            busy[kind, default: 0] -= 1
        } else {
            waiting[kind]?.removeFirst().resume()
        }
    }
}
