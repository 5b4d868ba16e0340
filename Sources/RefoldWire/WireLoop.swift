internal import CCurl
import Foundation
import Synchronization

/// What became of a transfer.
enum TransferResult: Sendable {
    case answered(WireAnswer)
    case failed(TransferFailure)
}

/// The thread on which all transfers of a client run.
///
/// libcurl's multi handle is touched by this thread alone; other threads leave orders behind a lock and wake it.
final class WireLoop: Sendable {
    private struct Order {
        var transfer: Transfer
        /// Kept until the transfer has ended: libcurl reads from it.
        var body: RequestBody?
        var finish: @Sendable (TransferResult) -> Void
    }
    private struct Orders {
        var started: [UInt64: Order] = [:]
        var cancelled: Set<UInt64> = []
        var isClosed = false
    }
    /// The multi handle; freed by the thread at its end.
    private struct Handle: @unchecked Sendable { let pointer: OpaquePointer }

    private let handle: Handle
    private let orders = Mutex(Orders())
    private let numbers = Atomic<UInt64>(0)
    /// Longest sleep; every order wakes the thread, so this is no delay.
    private static let idle: Int32 = 1_000

    init(connections: Int) throws(WireError) {
        guard let made = refold_wire_loop_create(connections) else {
            throw WireError(.fault, "libcurl is short of memory")
        }
        handle = Handle(pointer: made)
        let thread = Thread { [handle, self] in run(handle.pointer) }
        thread.name = "refold-wire"
        thread.start()
    }

    func freshNumber() -> UInt64 { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Hands a transfer to the thread; `finish` is called once.
    func start(
        _ number: UInt64,
        _ transfer: Transfer,
        body: RequestBody?,
        finish: @escaping @Sendable (TransferResult) -> Void
    ) {
        let isTaken = orders.withLock { orders in
            guard !orders.isClosed, orders.cancelled.remove(number) == nil else { return false }
            orders.started[number] = Order(transfer: transfer, body: body, finish: finish)
            refold_wire_loop_wake(handle.pointer)
            return true
        }
        guard !isTaken else { return }
        refold_transfer_destroy(transfer.handle)
        finish(.failed(.cancelled(wasSent: false)))
    }

    /// Ends a transfer, also one that is not handed over yet.
    func cancel(_ number: UInt64) {
        orders.withLock { orders in
            guard !orders.isClosed else { return }
            orders.cancelled.insert(number)
            refold_wire_loop_wake(handle.pointer)
        }
    }

    /// Drops what is left of an ended transfer: a cancellation that came after its end.
    func forget(_ number: UInt64) { orders.withLock { _ = $0.cancelled.remove(number) } }

    /// Ends all transfers and the thread.
    func close() {
        orders.withLock { orders in
            guard !orders.isClosed else { return }
            orders.isClosed = true
            refold_wire_loop_wake(handle.pointer)
        }
    }

    private func run(_ loop: OpaquePointer) {
        var running: [UInt64: Order] = [:]
        var isClosed = false
        while !isClosed {
            let (started, cancelled) = orders.withLock { orders in
                isClosed = orders.isClosed
                let taken = orders.started
                // One that was cancelled before it was handed over waits for its start.
                let known = orders.cancelled.filter { taken[$0] != nil || running[$0] != nil }
                orders.started = [:]
                orders.cancelled.subtract(known)
                return (taken, known)
            }
            for (number, order) in started {
                running[number] = order
                if refold_wire_loop_add(loop, order.transfer.handle) != 0 {
                    end(&running, number, .failed(.broken))
                }
            }
            for number in cancelled { abandon(&running, number, in: loop) }
            guard refold_wire_loop_perform(loop) == 0 else { break }
            while let ended = refold_wire_loop_ended(loop) {
                end(&running, refold_transfer_tag(ended), TransferResult(of: ended))
            }
            guard !isClosed, refold_wire_loop_wait(loop, WireLoop.idle) == 0 else { break }
        }
        for number in Array(running.keys) { abandon(&running, number, in: loop) }
        let late = orders.withLock { orders in
            orders.isClosed = true
            defer { orders.started = [:] }
            return orders.started
        }
        for order in late.values {
            refold_transfer_destroy(order.transfer.handle)
            order.finish(.failed(.cancelled(wasSent: false)))
        }
        refold_wire_loop_destroy(loop)
    }

    private func abandon(_ running: inout [UInt64: Order], _ number: UInt64, in loop: OpaquePointer) {
        guard let order = running[number] else { return }
        let wasSent = refold_transfer_was_sent(order.transfer.handle) != 0
        refold_wire_loop_remove(loop, order.transfer.handle)
        end(&running, number, .failed(.cancelled(wasSent: wasSent)))
    }

    private func end(_ running: inout [UInt64: Order], _ number: UInt64, _ result: TransferResult) {
        guard let order = running.removeValue(forKey: number) else { return }
        refold_transfer_destroy(order.transfer.handle)
        order.finish(result)
    }
}
