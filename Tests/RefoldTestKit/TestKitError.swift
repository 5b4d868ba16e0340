/// Why a server of a test does not serve.
public struct TestKitError: Error, CustomStringConvertible {
    /// What went wrong.
    public var description: String

    init(_ words: String) { description = words }
}
