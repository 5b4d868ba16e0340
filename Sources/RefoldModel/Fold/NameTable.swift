package import RefoldBytes
internal import Synchronization

/// Field and entity names of a run as small numbers, shared by all workers.
///
/// Isolation: a lock around the shared table; each worker asks its own ``NameCache`` first, so the lock is taken once
/// for each new name and worker.
package final class NameTable: Sendable {
    private struct Names {
        var numbers: [ByteString: UInt32] = [:]
        var names: [ByteString] = []
    }
    private let shared = Mutex(Names())

    /// An empty table.
    package init() {}

    /// The number of a name; a new name gets the next.
    package func number(of name: ByteString) -> UInt32 {
        shared.withLock { table in
            if let known = table.numbers[name] { return known }
            let new = UInt32(table.names.count)
            table.names.append(name)
            table.numbers[name] = new
            return new
        }
    }

    /// All names in the order of their numbers.
    package var names: [ByteString] { shared.withLock { $0.names } }
}
