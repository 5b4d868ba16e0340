import Foundation
import RefoldBytes
import RefoldTestKit
import Synchronization
import Testing

/// A reader of an alias: a thread that searches over and over, as a service would, each time over a connection of its own.
///
/// Isolation: the thread asks the engine; what it saw is behind a lock.
final class EngineReader: Sendable {
    /// What it saw.
    struct Seen {
        var polls = 0
        /// Each index with its number of documents, in the order in which they came to be seen.
        var contents: [(index: String, documents: Int)] = []
        /// Whatever a reader must never see.
        var faults: [String] = []
        var isDone = false
    }
    private let seen = Mutex(Seen())
    private let isStopped = Atomic<Bool>(false)

    /// Starts reading an alias that exists.
    init(_ alias: String, of node: SearchNode) {
        Thread.detachNewThread { [self] in
            while !isStopped.load(ordering: .relaxed) {
                do { try poll(alias, of: node) } catch { seen.withLock { $0.faults.append("\(error)") } }
            }
            seen.withLock { $0.isDone = true }
        }
    }

    /// What it has seen so far.
    var soFar: Seen { seen.withLock { $0 } }

    /// Waits for so many more polls.
    func poll(_ count: Int) async throws {
        let wanted = soFar.polls + count
        try await eventually(within: .seconds(120), "\(count) polls") { soFar.polls >= wanted }
    }

    /// Stops it, and takes what it saw.
    func stop() async throws -> Seen {
        isStopped.store(true, ordering: .relaxed)
        try await eventually(within: .seconds(30), "the reader ends") { soFar.isDone }
        return soFar
    }

    /// The whole content in one search: its number, and every hit with its index.
    private func poll(_ alias: String, of node: SearchNode) throws {
        let filter = "filter_path=hits.total.value,hits.hits._index,_shards"
        let path = "/\(alias)/_search?size=1000&_source=false&track_total_hits=true&\(filter)"
        let answer = try node.exchange("GET", path)
        guard answer.status == 200 else {
            seen.withLock { $0.faults.append("\(answer.status) \(answer.text.prefix(300))") }
            return
        }
        let json = try JSONValue(parsing: ByteString(answer.text))
        let total = Int(json["hits"]?["total"]?["value"]?.asInt64 ?? -1)
        let indices = json["hits"]?["hits"]?.asArray?.compactMap { $0["_index"]?.asString } ?? []
        let isWhole = json["_shards"]?["successful"] == json["_shards"]?["total"]
        seen.withLock { seen in
            seen.polls += 1
            guard isWhole, let index = indices.first, Set(indices).count == 1, indices.count == total else {
                seen.faults.append("\(total) documents, \(indices.count) hits of \(Set(indices))")
                return
            }
            if seen.contents.last.map({ $0 != (index, total) }) ?? true {
                seen.contents.append((index, total))
            }
        }
    }
}
