import Foundation

/// Holds threads back until so many have come.
///
/// Foundation's condition guards `waited`; it is touched by no one else.
final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var waited: Int

    init(_ count: Int) { waited = count }

    func pass() {
        condition.lock()
        defer { condition.unlock() }
        waited -= 1
        if waited <= 0 { condition.broadcast() }
        while waited > 0 { condition.wait() }
    }
}
