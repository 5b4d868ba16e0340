import Foundation

/// A port of 127.0.0.1 that takes connections and never says a word.
public struct SilentPort: Sendable {
    /// Its number.
    public let port: UInt16
    private let descriptor: Int32

    /// Takes a free one.
    public init() throws { (descriptor, port) = try Socket.listen() }

    /// Gives it back; connections to it are reset.
    public func close() { Socket.close(descriptor) }
}

/// The calls on POSIX sockets that the servers of tests are made of.
enum Socket {
    private static let interface = in_addr(s_addr: in_addr_t(0x7F00_0001).bigEndian)

    /// A listening socket on a free port of 127.0.0.1.
    static func listen() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = try stream()
        do {
            try withAddress(port: 0) { try check(bind(descriptor, $0, $1), "bind") }
            try check(Foundation.listen(descriptor, 1_024), "listen")
            return (descriptor, try port(of: descriptor))
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// A connection to a port of 127.0.0.1.
    static func connect(port: UInt16) throws -> Int32 {
        let descriptor = try stream()
        do {
            try withAddress(port: port) { try check(Foundation.connect(descriptor, $0, $1), "connect") }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// A port of 127.0.0.1 that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let (descriptor, port) = try listen()
        close(descriptor)
        return port
    }

    /// The next connection; nil when the listener was shut down.
    static func accept(_ listener: Int32) -> Int32? {
        while true {
            let descriptor = Foundation.accept(listener, nil, nil)
            if descriptor >= 0 {
                configure(descriptor)
                return descriptor
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Some bytes; nil at the end and on a broken connection.
    static func receive(_ descriptor: Int32, atMost count: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            repeat {
                filled = max(-1, recv(descriptor, buffer.baseAddress, count, 0))
            } while filled < 0
                && errno == EINTR
            filled = max(0, filled)
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// Sends all of it; false when the other side is gone.
    static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
                let count = Foundation.send(descriptor, rest.baseAddress, rest.count, quietly)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// Whether the other side ends within that time, or ever; what it still sends is thrown away.
    static func awaitEnd(of descriptor: Int32, atMost duration: Duration?) -> Bool {
        let clock = ContinuousClock()
        let end = duration.map { clock.now + $0 }
        while true {
            var wait: Int32 = -1
            if let end {
                let left = (end - clock.now).components
                wait = Int32(max(0, left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000))
            }
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let count = poll(&watched, 1, wait)
            if count < 0, errno == EINTR { continue }
            guard count != 0 else { return false }
            guard receive(descriptor, atMost: 4_096) != nil else { return true }
        }
    }

    /// Wakes whoever waits on it; the number stays taken.
    static func shutDown(_ descriptor: Int32) { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Makes the coming close a reset instead of an orderly end.
    static func armReset(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    static func close(_ descriptor: Int32) { _ = Foundation.close(descriptor) }

    #if canImport(Darwin)
    private static let kind = SOCK_STREAM
    private static let quietly: Int32 = 0
    #else
    private static let kind = Int32(SOCK_STREAM.rawValue)
    private static let quietly = Int32(MSG_NOSIGNAL)
    #endif

    private static func stream() throws -> Int32 {
        let descriptor = socket(AF_INET, kind, 0)
        try check(descriptor, "socket")
        configure(descriptor)
        return descriptor
    }

    private static func configure(_ descriptor: Int32) {
        // Not for the programs that tests start.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        #if canImport(Darwin)
        setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #endif
    }

    private static func port(of descriptor: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try check(getsockname(descriptor, $0, &size), "getsockname")
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func withAddress(
        port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void
    )
        throws
    {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = interface
        try withUnsafePointer(to: address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func check(_ result: Int32, _ call: String) throws {
        guard result < 0 else { return }
        throw TestKitError("\(call): \(String(cString: strerror(errno)))")
    }
}
