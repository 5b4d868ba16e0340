/// Where text goes: a file descriptor, or memory in tests.
package protocol OutputSink: Sendable {
    /// Whether a person looks at it.
    var isTerminal: Bool { get }
    /// Characters a line of the terminal holds.
    var columns: Int { get }
    /// Takes bytes; they may stay in a buffer until ``flush()``.
    func write(_ bytes: [UInt8]) throws(CommandError)
    /// Hands on what the buffer holds.
    func flush() throws(CommandError)
}

extension OutputSink {
    /// Takes text.
    package func write(_ text: String) throws(CommandError) { try write(Array(text.utf8)) }
}
